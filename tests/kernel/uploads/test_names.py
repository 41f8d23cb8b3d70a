"""UPL-6: the shown name carries nothing that misleads a reader, a shell or Windows."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.uploads.names import extension, safe_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("کارت ملی.pdf", "کارت ملی.pdf"),
        ("اجاره‌نامه.pdf", "اجاره‌نامه.pdf"),
        ("../../etc/passwd.png", "passwd.png"),
        ("..\\..\\windows\\x.jpg", "x.jpg"),
        ("/tmp/a.pdf", "a.pdf"),
        ("C:\\fakepath\\a.pdf", "a.pdf"),
        ("a\0.png", "a.png"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie- x=1.png"),
        ("x\u202egpj.exe", "xgpj.exe"),
        ("\u2066a\u2069\ufeff.p\u200bdf", "a.pdf"),
        ("CON.png", "_CON.png"),
        ("con", "_con"),
        ("LPT1.tar.png", "_LPT1.tar.png"),
        ("console.png", "console.png"),
        ("trailing.png.", "trailing.png"),
        ("trailing.png . .", "trailing.png"),
        (".htaccess", "htaccess"),
        (".png", "png"),
        ("…" * 3 + ".png", "……….png"),
        ('a<b>:"|?*.png', "a-b------.png"),
        ("a\u2028b.png", "ab.png"),
        ("a\ud800b.png", "ab.png"),
        ("", "سند"),
        ("...", "سند"),
        ("\u202e\u200f", "سند"),
        ("x" * 4000 + ".png", "x" * 96 + ".png"),
        ("x." + "y" * 4000, "x." + "y" * 50),
    ],
)
def test_upl_6_names_are_made_safe(name, shown):
    assert safe_name(name) == shown


@given(st.text(max_size=300))
def test_upl_6_no_name_gets_through_with_controls_paths_or_length(name):
    shown = safe_name(name)
    assert 1 <= len(shown) <= 100
    assert not set(shown) & set('/\\<>:"|?*')
    assert not [char for char in shown if unicodedata.category(char)[0] == "C" and char != "\u200c"]
    assert shown == shown.strip(". ")
    assert safe_name(shown) == shown


@pytest.mark.parametrize(("name", "suffix"), [("a.PNG", "png"), ("a", ""), ("a.b.pdf", "pdf")])
def test_upl_3_the_extension_is_the_last_one(name, suffix):
    assert extension(name) == suffix
