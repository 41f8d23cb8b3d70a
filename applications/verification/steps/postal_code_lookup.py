"""کد پستی: what the Post has under this code, beside what the applicant wrote.

The Post's street stays out of the evidence: it is personal data and can be asked for again.
"""

import re
from typing import Any

from applications.verification.facts import CaseFacts
from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.iran.text import search_key
from enamad_portal.kernel.steps import Asked, Finding, Inquiry, Verdict
from enamad_portal.providers import registry as providers
from enamad_portal.providers.post import Address

_GENERIC = frozenset(
    search_key(word) for word in ("خیابان", "خ", "کوچه", "ک", "پلاک", "پ", "بلوار", "میدان", "طبقه", "واحد", "و", "نبش")
)
"""Words that stand in any address and tell none from another."""


class PostalCodeLookup(Inquiry[CaseFacts]):
    key = "postal_code"
    title = "کد پستی"
    words = {
        "postal_code_matched": "کد پستی با نشانی شما می‌خواند.",
        "postal_code_unknown": (
            "پست این کد پستی را نمی‌شناسد. کد ۱۰ رقمی را از روی قبض آب، برق یا گاز همین محل دوباره وارد کنید."
        ),
        "postal_code_province_differs": (
            "پست این کد پستی را در استان دیگری می‌شناسد؛ کارشناس بررسی می‌کند. اگر کد یا استان را اشتباه نوشته‌اید، "
            "آن را در فرم درست کنید."
        ),
        "postal_code_city_differs": (
            "پست این کد پستی را در شهر دیگری می‌شناسد؛ کارشناس بررسی می‌کند. اگر کد یا شهر را اشتباه نوشته‌اید، "
            "آن را در فرم درست کنید."
        ),
        "postal_code_address_differs": (
            "خیابان و کوچه‌ای که نوشته‌اید با نشانی این کد نزد پست یکی نیست؛ کارشناس بررسی می‌کند. "
            "اگر نشانی را کوتاه نوشته‌اید، آن را کامل کنید."
        ),
    }

    def ask(self, facts: CaseFacts, reference: str) -> Finding | Asked:
        known = providers.post().address(postal_code=facts.postal_code, reference=reference)
        if known is None:
            return Finding(Verdict.FAILED, "postal_code_unknown")
        code, evidence = _compare(facts, known)
        return Finding(Verdict.PASSED if code == "postal_code_matched" else Verdict.UNSURE, code, evidence)

    read = ask


def _compare(facts: CaseFacts, known: Address) -> tuple[str, dict[str, Any]]:
    wanted, stated = _telling_words(known.text), _telling_words(facts.address)
    evidence = {
        "post_province": known.province,
        "post_city": known.city,
        "words_of_post": len(wanted),
        "words_found": len(wanted & stated),
    }
    province = provinces.by_name(known.province)
    if province is None or province.code != facts.province:
        return "postal_code_province_differs", evidence
    if _squeezed(known.city) != _squeezed(facts.city):
        return "postal_code_city_differs", evidence
    if 2 * len(wanted & stated) < len(wanted):
        return "postal_code_address_differs", evidence
    return "postal_code_matched", evidence


def _telling_words(text: str) -> frozenset[str]:
    """The words that set one address apart; numbers count, for two neighbours share a street."""
    return frozenset(re.findall(r"\w+", search_key(text))) - _GENERIC


def _squeezed(name: str) -> str:
    return search_key(name).replace(" ", "")
