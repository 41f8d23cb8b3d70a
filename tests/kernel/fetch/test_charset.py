import pytest

from enamad_portal.kernel.fetch.charset import charset_of, text_of


@pytest.mark.parametrize(
    ("content_type", "body", "charset"),
    [
        ("text/html; charset=UTF-8", b"", "utf-8"),
        ('text/html; charset="windows-1256"', b"", "cp1256"),
        ("text/html;charset=iso-8859-6", b"\xef\xbb\xbf", "iso8859-6"),
        ("text/html", b"\xef\xbb\xbfx", "utf-8"),
        ("text/html", b"\xff\xfex\0", "utf-16-le"),
        ("text/html", b'<meta charset="windows-1256">', "cp1256"),
        ("text/html", b'<meta http-equiv=Content-Type content="text/html; charset=windows-1256">', "cp1256"),
        ("text/html", b" " * 1024 + b"<meta charset=windows-1256>", "utf-8"),
        ("text/html", b"<meta charset=utf-16>", "utf-8"),
        ("text/html; charset=utf-7", b"+ADw-script+AD4-", "utf-8"),
        ("text/html; charset=utf-7", b"<meta charset=utf-7>", "utf-8"),
        ("text/html; charset=../../x", b"", "utf-8"),
        ("text/html; charset=big5", b"<meta charset=windows-1256>", "cp1256"),
        ("", b"", "utf-8"),
    ],
)
def test_fet_9_case_45_header_then_mark_then_meta(content_type: str, body: bytes, charset: str):
    assert charset_of(content_type, body) == charset


def test_fet_9_what_cannot_be_read_is_replaced():
    assert text_of(b"\xef\xbb\xbfa\xff", "utf-8") == "a\ufffd"
    assert text_of("سلام".encode("cp1256"), "cp1256") == "سلام"
    assert text_of(b"+ADw-script+AD4-", "utf-8") == "+ADw-script+AD4-"
