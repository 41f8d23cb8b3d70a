"""استعلام پلیس: the last check; slow, answered later, and it may say no.

Only positive or negative, a date and a reference are read; a reason never reaches the portal (AUTHZ-3).
"""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from applications.lifecycle import State
from applications.verification.facts import CaseFacts
from enamad_portal.kernel.steps import Asked, Finding, Inquiry, Verdict
from enamad_portal.providers import registry as providers
from enamad_portal.providers.police import PoliceOutcome

FIRST_LOOK = timedelta(minutes=1)
LOOK_EVERY = timedelta(hours=1)
NO_LINE = timedelta(days=1)
"""Without a line to the police the liaison enters the answer; the step only waits."""


class PoliceVetting(Inquiry[CaseFacts]):
    key = "police"
    title = "استعلام پلیس"
    call = "با یکی از سه نوع مدرک می‌توانید فرجام‌خواهی کنید."
    words = {
        "police_positive": "پاسخ استعلام مثبت بود.",
        "police_negative": "پرونده تعلیق شد. با حکم تبرئه، برگه اجرای حکم یا سند پاک شدن سابقه فرجام‌خواهی کنید.",
        "could_not_tell": "پلیس هنوز پاسخ نداده است؛ همکاران ما پیگیری می‌کنند.",
    }
    opens_in = State.POLICE_PENDING

    def ask(self, facts: CaseFacts, reference: str) -> Finding | Asked:
        try:
            police = providers.police()
        except ImproperlyConfigured:
            return Asked(reference, NO_LINE)
        return Asked(police.ask(national_code=facts.national_code, reference=reference), FIRST_LOOK)

    def read(self, _facts: CaseFacts, reference: str) -> Finding | Asked:
        try:
            police = providers.police()
        except ImproperlyConfigured:
            return Asked(reference, NO_LINE)
        answer = police.answer(police_reference=reference)
        if answer.outcome is PoliceOutcome.PENDING or answer.answered_at is None:
            return Asked(reference, LOOK_EVERY)
        evidence = {"police_reference": answer.police_reference, "answered_at": answer.answered_at.isoformat()}
        if answer.outcome is PoliceOutcome.POSITIVE:
            return Finding(Verdict.PASSED, "police_positive", evidence)
        return Finding(Verdict.FAILED, "police_negative", evidence)
