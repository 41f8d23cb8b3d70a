"""شخص حقوقی: the register of companies knows it under this name, it lives, and these people speak for it."""

from applications.models.choices import Capacity
from applications.verification.facts import CaseFacts, CompanyFacts
from enamad_portal.kernel.iran.text import search_key
from enamad_portal.kernel.steps import Asked, Finding, Inquiry, Verdict
from enamad_portal.providers import registry as providers
from enamad_portal.providers.company_registry import Company, CompanyState

_TITLES = ("شرکت", "موسسه", "مؤسسه")


class CompanyRegistered(Inquiry[CaseFacts]):
    key = "company"
    title = "ثبت شرکت"
    words = {
        "company_registered": "شرکت فعال است و مشخصات آن با اداره ثبت مطابقت داشت.",
        "company_not_found": "اداره ثبت این شناسه ملی را نشناخت. شناسه را از روی روزنامه رسمی دوباره وارد کنید.",
        "company_dissolved": "اداره ثبت این شرکت را منحل‌شده اعلام کرد. اگر درست نیست، نخست ثبت را اصلاح کنید.",
        "company_name_differs": "نام ثبتی با اداره ثبت یکی نیست؛ آن را همان‌گونه که در روزنامه رسمی آمده بنویسید.",
        "company_director_differs": (
            "اداره ثبت مدیرعامل نوشته‌شده را از مدیران این شرکت نمی‌شناسد. "
            "کد ملی مدیرعامل را از روی آخرین آگهی تغییرات وارد کنید."
        ),
        "company_applicant_no_director": (
            "سمت خود را مدیر شرکت نوشته‌اید ولی اداره ثبت شما را از مدیران آن نمی‌شناسد. "
            "سمت را درست کنید، یا با وکالت‌نامه به‌عنوان نماینده درخواست دهید."
        ),
    }

    def ask(self, facts: CaseFacts, reference: str) -> Finding | Asked:
        assert facts.company is not None
        found = _look_up(facts.company, facts.company.director_national_code, reference)
        code = _flaw(found, facts.company) or _flaw_of_applicant(facts, reference)
        evidence = {"legal_id": facts.company.legal_id, "registered_as": found.name, "capacity": facts.company.capacity}
        return Finding(Verdict.FAILED if code else Verdict.PASSED, code or "company_registered", evidence)

    read = ask


def _look_up(company: CompanyFacts, national_code: str, reference: str) -> Company:
    return providers.company_registry().company(
        legal_id=company.legal_id, director_national_code=national_code, reference=reference
    )


def _flaw(found: Company, stated: CompanyFacts) -> str:
    if found.state is CompanyState.NOT_FOUND:
        return "company_not_found"
    if found.state is CompanyState.DISSOLVED:
        return "company_dissolved"
    if _bare(found.name) != _bare(stated.registered_name):
        return "company_name_differs"
    return "" if found.is_director else "company_director_differs"


def _flaw_of_applicant(facts: CaseFacts, reference: str) -> str:
    """A director or board member must be known as one; an attorney is proved by the document."""
    company = facts.company
    if company is None or company.capacity == Capacity.ATTORNEY:
        return ""
    if facts.national_code == company.director_national_code:
        return ""
    if company.capacity == Capacity.MANAGING_DIRECTOR:
        return "company_applicant_no_director"
    found = _look_up(company, facts.national_code, f"{reference}-applicant")
    return "" if found.is_director else "company_applicant_no_director"


def _bare(name: str) -> str:
    """The name without its kind, spaces and spelling of the keyboard: registers and people differ in these."""
    words = search_key(name).split()
    return "".join(words[1:] if words and words[0] in {search_key(title) for title in _TITLES} else words)
