"""مالکیت تلفن همراه: the SIM is registered in the applicant's own name (شاهکار)."""

from applications.verification.facts import CaseFacts
from enamad_portal.kernel.steps import Asked, Finding, Inquiry, Verdict
from enamad_portal.providers import registry as providers


class MobileOwnership(Inquiry[CaseFacts]):
    key = "mobile"
    title = "مالکیت تلفن همراه"
    words = {
        "mobile_owned": "تلفن همراه به نام خود شماست.",
        "mobile_of_another": (
            "این شماره به نام شما ثبت نشده است. با شماره‌ای وارد شوید که سیم‌کارت آن به نام خودتان است، "
            "یا سیم‌کارت را به نام خود کنید و دوباره بررسی را بخواهید."
        ),
    }

    def ask(self, facts: CaseFacts, reference: str) -> Finding | Asked:
        owned = providers.identity().owns_mobile(
            national_code=facts.national_code, mobile=facts.mobile, reference=reference
        )
        verdict, code = (Verdict.PASSED, "mobile_owned") if owned else (Verdict.FAILED, "mobile_of_another")
        return Finding(verdict, code, {"person": facts.person_key})

    read = ask
