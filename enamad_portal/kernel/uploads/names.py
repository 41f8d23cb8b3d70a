"""The name a file is shown and downloaded under (UPL-6); where it is stored never depends on it."""

import re
import unicodedata

from enamad_portal.kernel.uploads.limits import MAX_NAME_CHARS

_ZWNJ = "\u200c"  # belongs to Persian spelling; every other format character (bidi marks, joiners) is dropped
_NAMELESS = "سند"
_RESERVED_CHARS = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|CLOCK\$|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])", re.IGNORECASE)


def safe_name(name: str) -> str:
    """Base name without controls, bidi marks, path parts or Windows device names, at most 100 characters."""
    base = re.split(r"[/\\]", name)[-1]
    visible = "".join(_visible(char) for char in unicodedata.normalize("NFC", base))
    tidy = _RESERVED_CHARS.sub("-", " ".join(visible.split())).strip(". " + _ZWNJ)
    stem, dot, suffix = tidy.rpartition(".")
    if not dot:
        stem, suffix = tidy, ""
    return _joined(_safe_stem(stem), suffix)


def extension(name: str) -> str:
    """Lower-case extension of a safe name, empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if char == _ZWNJ or category[0] not in "CZ":
        return char
    return " " if category == "Zs" or char in "\t\n\r" else ""


def _safe_stem(stem: str) -> str:
    stem = stem.strip(". " + _ZWNJ) or _NAMELESS
    return f"_{stem}" if _DEVICES.fullmatch(stem.partition(".")[0].strip()) else stem


def _joined(stem: str, suffix: str) -> str:
    if not suffix:
        return stem[:MAX_NAME_CHARS]
    suffix = suffix[: MAX_NAME_CHARS // 2]
    return f"{stem[: MAX_NAME_CHARS - len(suffix) - 1].rstrip('. ')}.{suffix}"
