"""The one spelling of a host (FET-11, DCV-10).

The codec built into Python follows IDNA 2003 and validates another domain (a ZWNJ is dropped silently), so only the
`idna` package is used. A public suffix is nobody's domain; a top level that the list does not know counts as one.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import idna
from publicsuffixlist import PublicSuffixList

from enamad_portal.kernel.fetch.codes import FailureCode

MAX_HOST = 253
_REFUSED = re.compile(r"[\x00-\x20\x7f-\xa0%\\@/:;?#\[\]<>^`{|}\"'*!$&()+,=~_\u2028\u2029\u3000\ufeff]")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DIRECTION_MARKS = dict.fromkeys([0x200E, 0x200F, 0x061C, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+\-]*:/{1,3}|//)", re.IGNORECASE)
_DOTS = re.compile(r"[.\u3002\uff0e\uff61]")


class HostRefused(ValueError):
    """The text names no host we may look at; `code` says which sentence the applicant reads."""

    def __init__(self, code: FailureCode) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True)
class CanonicalHost:
    """A host below a public suffix: `a_label` for machines, `u_label` for people, `registrable` the domain one buys."""

    a_label: str
    u_label: str
    registrable: str

    @property
    def is_registrable(self) -> bool:
        return self.a_label == self.registrable

    def same_site(self, other: "CanonicalHost") -> bool:
        return self.registrable == other.registrable

    def __str__(self) -> str:
        return self.a_label


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def canonical_host(text: str) -> CanonicalHost:
    """The host that `text` spells; HostRefused for anything that is not exactly a name below a public suffix."""
    a_label = _a_label(text)
    registrable = _suffixes().privatesuffix(a_label)
    if registrable is None:
        raise HostRefused(FailureCode.HOST_IS_SUFFIX)
    return CanonicalHost(a_label, idna.decode(a_label), str(registrable))


@lru_cache(maxsize=8192)
def readable(name: str) -> str:
    """A stored name as people read it; one that the rules of today would no longer take is shown as it stands."""
    try:
        return idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return name


def _a_label(text: str) -> str:
    name = unicodedata.normalize("NFC", text[: MAX_HOST + 2]).removesuffix(".")
    if not name or len(name) > MAX_HOST or len(text) > MAX_HOST + 1 or _REFUSED.search(name):
        raise HostRefused(FailureCode.HOST_REFUSED)
    try:
        encoded = idna.encode(name, uts46=True, std3_rules=True).decode("ascii")
        settled = idna.encode(idna.decode(encoded), std3_rules=True).decode("ascii") == encoded
    except (idna.IDNAError, UnicodeError):
        raise HostRefused(FailureCode.HOST_REFUSED) from None
    if not settled or encoded.endswith(".") or len(encoded) > MAX_HOST or _NUMBER.fullmatch(encoded.split(".")[-1]):
        raise HostRefused(FailureCode.HOST_REFUSED)
    return encoded


def host_from_typed(text: str) -> CanonicalHost:
    """The host a person means: a URL of any scheme, any case, Persian digits and stray direction marks are fine.

    ي and ی, ك and ک stay apart: they are different registrations.
    """
    name = text.strip().translate(_DIRECTION_MARKS).strip()
    if scheme := _SCHEME.match(name):
        name = name[scheme.end() :]
    authority = re.split(r"[/?#]", name, maxsplit=1)[0]
    return canonical_host(_latin_digits(re.sub(r":(?:80|443)?$", "", authority)))


def _latin_digits(name: str) -> str:
    """Persian digits turned Latin in the labels where no Persian letter stands beside them."""
    labels = _DOTS.split(name)
    all_latin = labels[-1].translate(_DIGITS).isascii()
    return ".".join(label.translate(_DIGITS) if _may_turn(label, all_latin=all_latin) else label for label in labels)


def _may_turn(label: str, *, all_latin: bool) -> bool:
    turned = label.translate(_DIGITS)
    return turned.isascii() and (all_latin or any(sign.isalpha() for sign in turned))
