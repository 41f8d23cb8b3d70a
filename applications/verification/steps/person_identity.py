"""هویت: the civil registry knows this person under exactly these data."""

from applications.verification.facts import CaseFacts
from enamad_portal.kernel.steps import Asked, Finding, Inquiry, Verdict
from enamad_portal.providers import registry as providers
from enamad_portal.providers.identity import PersonOutcome


class PersonIdentity(Inquiry[CaseFacts]):
    key = "identity"
    title = "هویت"
    words = {
        "identity_matched": "مشخصات شما با ثبت احوال مطابقت داشت.",
        "identity_not_found": "ثبت احوال این کد ملی را نشناخت. کد ملی را از روی کارت ملی دوباره وارد کنید.",
        "identity_birth_date_differs": "تاریخ تولد با ثبت احوال یکی نیست. تاریخ را از روی شناسنامه وارد کنید.",
        "identity_name_differs": "نام یا نام خانوادگی با ثبت احوال یکی نیست؛ همان‌گونه که در کارت ملی است بنویسید.",
        "identity_other_account": (
            "مشخصات درست است، ولی این کد ملی پیش‌تر با شماره همراه دیگری در سامانه تأیید شده است. با همان شماره وارد "
            "شوید و این کسب‌وکار را آنجا بسازید؛ یک حساب برای همه کسب‌وکارهای شما بس است. اگر به آن شماره دسترسی "
            "ندارید، با پشتیبانی تماس بگیرید."
        ),
        "identity_deceased": "ثبت احوال دارنده این کد ملی را درگذشته اعلام کرد. با پشتیبانی تماس بگیرید.",
    }

    def ask(self, facts: CaseFacts, reference: str) -> Finding | Asked:
        outcome = providers.identity().person(
            national_code=facts.national_code,
            birth_date=facts.birth_date,
            first_name=facts.first_name,
            last_name=facts.last_name,
            reference=reference,
        )
        verdict = Verdict.PASSED if outcome is PersonOutcome.MATCHED else Verdict.FAILED
        return Finding(verdict, f"identity_{outcome.value}", {"person": facts.person_key})

    read = ask
