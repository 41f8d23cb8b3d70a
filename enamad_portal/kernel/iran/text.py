"""Persian text as people type it: digits, names, long text, and the form that is compared and searched.

Sources: requirements TXT-1 (safety cleaning), TXT-2 (normal form) and TXT-3 (number fields).
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

ASCII_DIGITS = "0123456789"
PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
DIGIT_SETS = (ASCII_DIGITS, PERSIAN_DIGITS, ARABIC_DIGITS)
ZWNJ = "\u200c"

NAME_LENGTH = 120
PARAGRAPH_LENGTH = 5000
# A grapheme of Persian with two marks is six bytes; more per grapheme is a text made to hurt a renderer.
BYTES_PER_GRAPHEME = 6
MARKS_PER_LETTER = 2

_TO_ASCII = str.maketrans(PERSIAN_DIGITS + ARABIC_DIGITS, ASCII_DIGITS * 2)
_TO_PERSIAN = str.maketrans(ASCII_DIGITS + ARABIC_DIGITS, PERSIAN_DIGITS * 2)
_KEYBOARD = str.maketrans("يك", "یک")

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Seen by nobody, pasted by accident: soft hyphen, zero width space and joiner, word joiner, BOM, variation selectors.
_INVISIBLE = re.compile("[\u00ad\u180b-\u180f\u200b\u200d\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
# Letters of other scripts that draw nothing; a name made of them would look empty.
_BLANK_LETTERS = re.compile("[\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")
_ARABIC_LETTER = "[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f]"
_MARK = "[\u064b-\u065f\u0670]"
_ZWNJ_RUN = re.compile(f"(?P<joins>(?<={_ARABIC_LETTER})|(?<={_MARK}))?{ZWNJ}+(?P<next>(?={_ARABIC_LETTER}))?")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})

_THIS = re.compile("این (?:متن|بخش|نام)|(?<=در )متن")

_FOLD = str.maketrans("يىكةۀەأإٱؤ", "یی" + "ک" + "ههه" + "ااا" + "و")
# Harakat, superscript alef, tatweel and every format character (ZWNJ, joiners, bidi marks).
_DROPPED = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")


def ascii_digits(text: str) -> str:
    """Return `text` with Persian and Arabic digits as 0-9; everything else stays."""
    return text.translate(_TO_ASCII)


def persian_digits(value: object) -> str:
    """Return `str(value)` with every digit as ۰-۹, for people to read."""
    return str(value).translate(_TO_PERSIAN)


def as_stored(typed: str) -> str:
    """What people type into a search box as columns hold it: Latin digits, Persian ی and ک, no marks of direction."""
    return _BIDI.sub("", ascii_digits(typed)).translate(_KEYBOARD).strip()


def persian_money(rial: int) -> str:
    """Return an amount of rial as people read it: «۱٬۲۵۰٬۰۰۰ ریال»."""
    return persian_digits(f"{rial:,}".replace(",", "٬")) + " ریال"


def refuse_mixed_digits(text: str, label: str) -> None:
    """Refuse a number that mixes digit sets (TXT-3): a person types one keyboard, a forger two.

    Raises ValidationError `mixed_digits`.
    """
    if sum(any(digit in text for digit in digits) for digits in DIGIT_SETS) > 1:
        raise ValidationError(
            f"{label} با دو نوع رقم نوشته شده است؛ همهٔ رقم‌ها را یا فارسی یا لاتین وارد کنید.", code="mixed_digits"
        )


def number_text(text: str, label: str) -> str:
    """Return the ASCII digits of a number field; spaces, hyphens and pasted invisible marks fall away.

    `label` is the field's Persian name, used in the messages.
    Raises ValidationError `blank`, `mixed_digits` or `not_digits`.
    """
    bare = re.sub(r"[\s\-‐–]", "", strip_invisible(text))
    if not bare:
        raise ValidationError(f"{label} را وارد کنید.", code="blank")
    refuse_mixed_digits(bare, label)
    digits = ascii_digits(bare)
    if not re.fullmatch("[0-9]+", digits):
        raise ValidationError(f"{label} فقط از رقم ساخته می‌شود؛ حرف و نشانه را پاک کنید.", code="not_digits")
    return digits


def exact_digits(text: str, label: str, length: int) -> str:
    """Return exactly `length` ASCII digits. Raises as `number_text` does, or ValidationError `length`."""
    digits = number_text(text, label)
    if len(digits) != length:
        raise wrong_length(label, persian_digits(length), len(digits))
    return digits


def wrong_length(label: str, wanted: str, given: int) -> ValidationError:
    """Return the refusal of a number of the wrong length; `wanted` is Persian text such as «۱۰»."""
    return ValidationError(f"{label} باید {wanted} رقم باشد؛ {persian_digits(given)} رقم وارد شده است.", code="length")


def strip_invisible(text: str) -> str:
    """Return `text` without bidi controls, joiners and other characters nobody sees."""
    return _BIDI.sub("", _INVISIBLE.sub("", text)).replace(ZWNJ, "")


def one_line(text: str) -> str:
    """Return `text` on one line, control and bidi characters gone: for subjects, CSV cells and log lines (TXT-4)."""
    shown = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    return " ".join(_BIDI.sub("", shown).split())


def clean_name(text: str, max_length: int = NAME_LENGTH) -> str:
    """Return a name or title as typed, made safe to store and show (TXT-1); Arabic ي and ك become Persian.

    `max_length` counts graphemes. Raises ValidationError `blank`, `bidi`, `character`, `marks` or `too_long`.
    """
    if _BIDI.search(text):
        raise ValidationError(
            "در این نام نویسهٔ پنهان تغییر جهت متن هست؛ نام را دوباره تایپ کنید و از جایی کپی نکنید.", code="bidi"
        )
    cleaned = " ".join(_safe(text.strip()).split())
    if not cleaned:
        raise ValidationError("این بخش خالی است؛ آن را پر کنید.", code="blank")
    return _within(cleaned, max_length)


def clean_paragraph(text: str, max_length: int = PARAGRAPH_LENGTH) -> str:
    """Return free text made safe (TXT-1): lines stay, bidi controls fall away, blank lines are squeezed to one.

    `max_length` counts graphemes. Raises ValidationError `blank`, `character`, `marks` or `too_long`.
    """
    lines = re.split("\r\n|[\n\r\u2028\u2029]", _BIDI.sub("", text))
    joined = "\n".join(" ".join(_safe(line.replace("\t", " ")).split()) for line in lines)
    cleaned = re.sub("\n{3,}", "\n\n", joined).strip("\n")
    if not cleaned:
        raise ValidationError("این متن خالی است؛ آن را بنویسید.", code="blank")
    return _within(cleaned, max_length)


def named(message: str, label: str) -> str:
    """Return a message of `clean_name` or `clean_paragraph` with the box's label for «this name», «this text»."""
    return _THIS.sub(label, message, count=1)


def search_key(text: str) -> str:
    """Return the form of `text` that is compared, made unique and searched (TXT-2); idempotent on any text.

    Letters of both keyboards, digits, ZWNJ, harakat, tatweel, presentation forms, case and spaces stop mattering.
    """
    key = text
    # Dropping a mark can bring two characters together that compose anew; the form is the fixed point.
    while (folded := _fold_once(key)) != key:
        key = folded
    return key


def graphemes(text: str) -> int:
    """Return how many letters a reader counts: combining marks and ZWNJ belong to the letter before."""
    return sum(not unicodedata.category(char).startswith("M") and char != ZWNJ for char in text)


def _fold_once(text: str) -> str:
    folded = _DROPPED.sub("", unicodedata.normalize("NFKC", text).translate(_FOLD))
    kept = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return " ".join(_printable(ascii_digits(kept).casefold()).split())


def _printable(text: str) -> str:
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)


def _safe(text: str) -> str:
    composed = text
    # Composing may move marks around a ZWNJ, and a dropped ZWNJ may let letters compose: the form is the fixed point.
    while (settled := _composed(composed)) != composed:
        composed = settled
    for char in composed:
        if char != ZWNJ and (unicodedata.category(char) in _REFUSED_CATEGORIES or _BLANK_LETTERS.match(char)):
            raise ValidationError(
                f"نویسهٔ «U+{ord(char):04X}» در متن دیده یا خوانده نمی‌شود؛ آن را پاک کنید و دوباره تایپ کنید.",
                code="character",
            )
    _refuse_stacked_marks(composed)
    return composed


def _composed(text: str) -> str:
    whole = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).translate(_KEYBOARD)
    return unicodedata.normalize("NFC", _ZWNJ_RUN.sub(_joining_zwnj, whole))


def _joining_zwnj(run: re.Match[str]) -> str:
    """Keep one ZWNJ between two letters of Arabic script, none elsewhere (TXT-1)."""
    return ZWNJ if run["joins"] is not None and run["next"] is not None else ""


def _refuse_stacked_marks(text: str) -> None:
    run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char).startswith("M") else 0
        if run > MARKS_PER_LETTER:
            raise ValidationError(
                "روی یک حرف بیش از ۲ نشانه (اِعراب) آمده است؛ نشانه‌های اضافه را پاک کنید.", code="marks"
            )


def _within(text: str, max_length: int) -> str:
    if (length := graphemes(text)) > max_length or len(text.encode()) > max_length * BYTES_PER_GRAPHEME:
        raise ValidationError(
            f"این متن باید حداکثر {persian_digits(max_length)} نویسه باشد؛ "
            f"{persian_digits(length)} نویسه وارد شده است.",
            code="too_long",
        )
    return text
