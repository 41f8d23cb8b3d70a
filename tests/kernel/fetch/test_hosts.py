import pytest

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.hosts import HostRefused, canonical_host, host_from_typed

ZWNJ = "\u200c"


@pytest.mark.parametrize(
    ("text", "a_label", "registrable"),
    [
        ("shop.ir", "shop.ir", "shop.ir"),
        ("SHOP.IR.", "shop.ir", "shop.ir"),
        ("www.shop.co.ir", "www.shop.co.ir", "shop.co.ir"),
        (f"نامه{ZWNJ}ای.com", "xn--mgba3gch31f060k.com", "xn--mgba3gch31f060k.com"),
        ("فروشگاه۱.ایران", "xn--mgbtj4c7ad63esq.xn--mgba3a4f16a", "xn--mgbtj4c7ad63esq.xn--mgba3a4f16a"),
        ("XN--MGBA3GCH31F060K.com", "xn--mgba3gch31f060k.com", "xn--mgba3gch31f060k.com"),
        ("a。b.ir", "a.b.ir", "b.ir"),
        ("shop.test", "shop.test", "shop.test"),
        ("a.github.io", "a.github.io", "a.github.io"),
    ],
)
def test_fet_11_one_spelling(text: str, a_label: str, registrable: str):
    host = canonical_host(text)
    assert (host.a_label, host.registrable) == (a_label, registrable)
    assert canonical_host(host.u_label) == host


def test_fet_11_the_zwnj_is_part_of_the_name():
    assert canonical_host(f"نامه{ZWNJ}ای.com").u_label == f"نامه{ZWNJ}ای.com"
    assert canonical_host("نامهای.com") != canonical_host(f"نامه{ZWNJ}ای.com")


@pytest.mark.parametrize("pair", [("علي.com", "علی.com"), ("كتاب.ir", "کتاب.ir")])
def test_fet_12_arabic_and_persian_letters_are_different_registrations(pair: tuple[str, str]):
    assert host_from_typed(pair[0]) != host_from_typed(pair[1])


@pytest.mark.parametrize("text", ["co.ir", "ایران.ir", "ایران", "ir", "localhost", "localhost.", "test", "github.io"])
def test_dcv_10_a_public_suffix_is_nobodys_domain(text: str):
    assert refusal(text) == FailureCode.HOST_IS_SUFFIX


HOSTILE = [
    "0x7f.1", "2130706433", "127.1", "0177.0.0.1", "127.0.0.1", "[::1]", "::1", "[::ffff:7f00:1]", "１２７.0.0.1",
    "a@127.0.0.1", "good.ir#@127.0.0.1", "good.ir\\@127.0.0.1", "%31%32%37.0.0.1", "good%2eir", "a..ir", ".ir", "", ".",
    "a b.ir", "a\tb.ir", "a\nb.ir", "a\rb.ir", "a\0b.ir", "a;b.ir", "a_b.ir", "-a.ir", "a-.ir", f"a{ZWNJ}b.com",
    "۱١.ir", "xn--zzzzzz.ir", "xn--a.ir", "shop.ir..", "x" * 64 + ".ir", "a." * 126 + "ir.ir", "ا" * 70 + ".ir",
    "a\u2028b.ir",
    "shop.0x1", "shop.9", "a/b.ir", "a:80", "shop.ir:80", "😀.ir", "a" * 5000 + ".ir", "\u202ashop.ir",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_fet_11_hostile_spelling_is_refused(text: str):
    assert refusal(text) == FailureCode.HOST_REFUSED


@pytest.mark.parametrize(
    ("typed", "a_label"),
    [
        ("https://Shop.ir/path?x#y", "shop.ir"),
        ("  HTTP://WWW.SHOP.IR:443/ ", "www.shop.ir"),
        ("//shop.ir", "shop.ir"),
        ("ftp://shop.ir/pub", "shop.ir"),
        ("http:/shop.ir", "shop.ir"),
        ("shop.ir:/x", "shop.ir"),
        ("shop.ir/", "shop.ir"),
        ("shop.ir:80", "shop.ir"),
        ("good.ir#@127.0.0.1", "good.ir"),
        ("shop۱۲۳.ir", "shop123.ir"),
        ("shop١٢٣.ir", "shop123.ir"),
        ("۱۲۳.ir", "123.ir"),
        ("فروشگاه۱.ایران", "xn--mgbtj4c7ad63esq.xn--mgba3a4f16a"),
        ("\u200eshop.ir\u200f", "shop.ir"),
        ("\u202ashop.ir\u202c", "shop.ir"),
        (f"نامه{ZWNJ}ای.com", "xn--mgba3gch31f060k.com"),
    ],
)
def test_fet_11_what_a_person_types(typed: str, a_label: str):
    assert host_from_typed(typed).a_label == a_label


@pytest.mark.parametrize("typed", ["۱۲۷.۰.۰.۱", "ftp://", "shop.ir:8080", "me@shop.ir", "shop.ir\\x", "", "  "])
def test_fet_11_what_cannot_be_meant(typed: str):
    with pytest.raises(HostRefused):
        host_from_typed(typed)


def refusal(text: str) -> FailureCode:
    with pytest.raises(HostRefused) as refused:
        canonical_host(text)
    return refused.value.code
