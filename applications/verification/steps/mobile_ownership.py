"""مالکیت تلفن همراه: the SIM is registered in the applicant's own name (شاهکار)."""

from applications.verification.facts import CaseFacts
from enamad_portal.kernel.steps import Asked, Finding, Inquiry, Verdict
from enamad_portal.providers import registry as providers


class MobileOwnership(Inquiry[CaseFacts]):
    key = "mobile"

    def ask(self, facts: CaseFacts, reference: str) -> Finding | Asked:
        owned = providers.identity().owns_mobile(
            national_code=facts.national_code, mobile=facts.mobile, reference=reference
        )
        return Finding(Verdict.PASSED, "mobile_owned") if owned else Finding(Verdict.FAILED, "mobile_of_another")

    read = ask
