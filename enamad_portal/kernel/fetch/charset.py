"""How bytes of a page become text (FET-9): header, then byte order mark, then meta in the first 1024 bytes.

Only charsets Persian sites are written in are known; everything else is read as UTF-8 with replacement signs.
UTF-7 never: it lets ASCII-looking text turn into markup.
"""

import re

_ALLOWED = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "windows-1256": "cp1256",
    "cp1256": "cp1256",
    "iso-8859-6": "iso8859-6",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADER = re.compile(r";\s*charset\s*=\s*[\"']?([a-z0-9_.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-z0-9_.:-]{1,40})", re.IGNORECASE)


def charset_of(content_type: str, body: bytes) -> str:
    """The Python codec to read `body` with, given the raw Content-Type header."""
    declared = _HEADER.search(content_type)
    if declared and (codec := _ALLOWED.get(declared[1].lower())):
        return codec
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return codec
    meta = _META.search(body[:1024])
    codec = _ALLOWED.get(meta[1].decode("ascii").lower(), "utf-8") if meta else "utf-8"
    return "utf-8" if codec.startswith("utf-16") else codec  # a meta tag read as ASCII cannot stand in UTF-16


def text_of(body: bytes, charset: str) -> str:
    return body.decode(charset, errors="replace").removeprefix("\ufeff")
