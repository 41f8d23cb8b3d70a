"""Telephone numbers of Iran, kept in E.164 (`+98…`) and shown as people write them (`0912…`)."""

import re
from typing import NewType

from django.core.exceptions import ValidationError

from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.iran.text import number_text, persian_digits, strip_invisible, wrong_length

MOBILE_LABEL = "شماره همراه"
LANDLINE_LABEL = "تلفن ثابت"
# Ranges handed out when this was written; portability means a range tells nothing about the operator.
KNOWN_RANGES = frozenset(
    {*range(900, 906), *range(910, 924), 930, 932, 933, *range(935, 940), 941, *range(990, 997), 998, 999}
)

Mobile = NewType("Mobile", str)
Landline = NewType("Landline", str)


def parse_mobile(text: str) -> Mobile:
    """Return a mobile number as `+989` and nine digits; takes 0912…, 912…, +98912…, 0098912… and 98912….

    Raises ValidationError `blank`, `mixed_digits`, `not_digits`, `not_iran`, `not_mobile` or `length`.
    """
    number = _national(text, MOBILE_LABEL)
    if not number.startswith("9"):
        raise ValidationError(
            "شماره همراه با ۰۹ شروع می‌شود؛ شمارهٔ خود را مانند ۰۹۱۲۳۴۵۶۷۸۹ وارد کنید.", code="not_mobile"
        )
    if len(number) != 10:
        raise wrong_length(f"{MOBILE_LABEL} با صفر اول", "۱۱", len(number) + 1)
    return Mobile(f"+98{number}")


def parse_landline(text: str) -> Landline:
    """Return a landline as `+98`, two digits of area and eight of subscriber; the area code must exist.

    Raises ValidationError `blank`, `mixed_digits`, `not_digits`, `not_iran`, `is_mobile`, `no_area`,
    `length` or `unknown_area`.
    """
    number = _national(text, LANDLINE_LABEL)
    if number.startswith("9"):
        raise ValidationError(
            "این شماره همراه است؛ اینجا تلفن ثابت محل کسب‌وکار را مانند ۰۲۱۸۸۸۸۱۲۳۴ وارد کنید.", code="is_mobile"
        )
    if len(number) <= 8:
        raise ValidationError(
            "پیش‌شمارهٔ استان کم است؛ تلفن ثابت را با پیش‌شماره مانند ۰۲۱۸۸۸۸۱۲۳۴ وارد کنید.", code="no_area"
        )
    if len(number) != 10:
        raise wrong_length(f"{LANDLINE_LABEL} با پیش‌شماره", "۱۱", len(number) + 1)
    if provinces.by_area_code(f"0{number[:2]}") is None:
        raise ValidationError(
            f"پیش‌شمارهٔ {persian_digits('0' + number[:2])} برای هیچ استانی نیست؛ پیش‌شماره را درست کنید.",
            code="unknown_area",
        )
    return Landline(f"+98{number}")


def area_code(landline: Landline) -> str:
    """Return the area code as dialled inside Iran, such as `021`."""
    return f"0{landline[3:5]}"


def area_matches_province(landline: Landline, province: str) -> list[str]:
    """Return a warning when the area code is not the one of the address's `province` (its code); else nothing."""
    wanted, found = provinces.by_code(province), provinces.by_area_code(area_code(landline))
    if found is None or found == wanted:
        return []
    return [
        (
            f"پیش‌شمارهٔ {persian_digits(found.area_code)} برای استان {found.name} است، نه استان {wanted.name}؛ "
            "شماره و نشانی را مقایسه کنید."
        )
    ]


def mobile_warnings(mobile: Mobile) -> list[str]:
    """Return a warning for a range that was not handed out when this list was written."""
    if int(mobile[3:6]) in KNOWN_RANGES:
        return []
    return [f"پیش‌شمارهٔ {persian_digits('0' + mobile[3:6])} تازه یا کم‌یاب است؛ شماره را دوباره نگاه کنید."]


def show_mobile(mobile: str) -> str:
    """Return `0912 345 6789`, to stand in a left-to-right box."""
    return f"0{mobile[3:6]} {mobile[6:9]} {mobile[9:]}"


def show_landline(landline: str) -> str:
    """Return `021 8888 1234`, to stand in a left-to-right box."""
    return f"0{landline[3:5]} {landline[5:9]} {landline[9:]}"


def dialled_landline(landline: str) -> str:
    """Return `02188881234`, as an exchange dials it and reports it."""
    return f"0{landline[3:]}"


def mask_mobile(mobile: str) -> str:
    """Return the form for lists: 0912•••6789."""
    return f"0{mobile[3:6]}•••{mobile[9:]}"


def mask_landline(landline: str) -> str:
    """Return the form for lists: 021••••1234."""
    return f"0{landline[3:5]}••••{landline[9:]}"


def _national(text: str, label: str) -> str:
    """Return the number without country code and trunk zero."""
    visible = strip_invisible(text).strip()
    digits = number_text(re.sub(r"[+()/.]", "", visible), label)
    if visible.startswith("+"):
        if not digits.startswith("98"):
            raise ValidationError(f"{label} باید شمارهٔ ایران باشد؛ با ۰ یا +۹۸ شروع کنید.", code="not_iran")
        return digits[2:].removeprefix("0")
    return re.sub(r"^(?:0098|98(?=0?\d{10}$))?0?", "", digits)
