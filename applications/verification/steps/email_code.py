"""پست الکترونیکی: a code sent to the address comes back."""

from datetime import timedelta

from applications.verification.facts import CaseFacts
from enamad_portal.kernel.messaging import Channel, Draft
from enamad_portal.kernel.steps import Challenge


class EmailCode(Challenge[CaseFacts]):
    key = "email"
    title = "پست الکترونیکی"
    call = "کدی را که به ایمیل شما فرستادیم وارد کنید."
    words = {"email_returned": "کد ایمیل درست بود."}
    needs = ("domain",)
    life = timedelta(hours=24)

    def compose(self, facts: CaseFacts) -> Draft:
        context = {"reference": facts.reference, "domain": facts.domain}
        return Draft(Channel.EMAIL, facts.email, "email_code", context)
