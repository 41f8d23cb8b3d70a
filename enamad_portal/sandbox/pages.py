"""The sandbox's pages, in Persian: inbox, buttons of the outside world, shops to edit, the magic values."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from html import escape
from urllib.parse import quote

from enamad_portal.sandbox import gateway
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.magic import GOOD_LEGAL_ID, GOOD_NATIONAL_CODE, MAGIC
from enamad_portal.sandbox.shops import TLS_MODES, Shop, Shops, u_label
from enamad_portal.sandbox.store import Document

_CHANNELS = {"": "همه", "sms": "پیامک", "email": "ایمیل", "call": "تماس", "letter": "نامه"}
_LETTER_STATES = {"accepted": "در راه", "delivered": "تحویل شد", "returned": "برگشت خورد", "lost": "گم شد"}
_PAYMENT_STATES = {
    "pending": "در انتظار پرداخت",
    "captured": "پول برداشت شد",
    "verified": "پول برداشت و تایید شد",
    "failed": "پرداخت نشد",
    "returned": "پول به کارت برگشت",
}
_TLS = dict(
    zip(TLS_MODES, ("معتبر", "خاموش", "منقضی", "به نام دیگری", "از مرجع ناشناس"), strict=True),
)


_MOST_SHOPS = 50
_TEHRAN = timezone(timedelta(hours=3, minutes=30))  # no summer time since 1401
_PERSIAN = str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")


def layout(title: str, body: str, *, refresh: bool = False) -> str:
    meta = '<meta http-equiv="refresh" content="3">' if refresh else ""
    return (
        '<!doctype html><html lang="fa" dir="rtl"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{meta}<title>{escape(title)}</title>'
        '<link rel="stylesheet" href="/style.css"></head><body><header><a href="/">دنیای آزمایشی</a>'
        "<p>هیچ پیام، پول یا نامه‌ای از این رایانه بیرون نمی‌رود.</p></header>"
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def home(box: Box, channel: str, *, refresh: bool) -> str:
    parts = [
        _inbox(box, channel, refresh=refresh),
        _call_form(),
        _letters(box.store.all("letter")[-20:]),
        _police(box.store.all("police")),
        _shops(Shops(box.store).all()[:_MOST_SHOPS]),
        _magic(),
        _json_links(),
    ]
    return layout("صندوق پیام‌ها و دنیای بیرون", "".join(parts), refresh=refresh)


def _inbox(box: Box, channel: str, *, refresh: bool) -> str:
    tabs = "".join(f'<a href="/?channel={key}">{name}</a>' for key, name in _CHANNELS.items())
    turn = "" if refresh else "&amp;refresh=1"
    word = "توقف تازه‌سازی خودکار" if refresh else "تازه‌سازی خودکار هر ۳ ثانیه"
    rows = "".join(_message(one) for one in box.store.inbox(channel, limit=50))
    table = _table(("زمان", "راه", "گیرنده", "موضوع و متن", "کد"), rows, "هنوز پیامی نرسیده است.")
    return f'<nav>{tabs}<a href="/?channel={escape(channel)}{turn}">{word}</a></nav>{table}'


def _message(one: Document) -> str:
    codes = " ".join(f"<code>{escape(code)}</code>" for code in one["codes"])
    text = f"<b>{escape(one['subject'])}</b><pre>{escape(one['text'])}</pre>"
    return _row(_ltr(_tehran_time(one["at"])), _CHANNELS[one["channel"]], _ltr(one["to"]), text, codes)


def _tehran_time(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(_TEHRAN).strftime("%H:%M:%S").translate(_PERSIAN)


def _call_form() -> str:
    return (
        '<section><h2>تماس با سامانه از تلفن ثابت</h2><form method="post" action="/ui/call">'
        '<label>شماره تماس‌گیرنده <input name="caller" dir="ltr" required placeholder="02188776655"></label>'
        '<label>کدی که شماره‌گیری می‌شود <input name="digits" dir="ltr" required></label>'
        "<button>تماس بگیر</button></form></section>"
    )


def _letters(letters: list[Document]) -> str:
    rows = "".join(
        _row(
            escape(one["recipient"]),
            _ltr(one["postal_code"]),
            _ltr(one["barcode"]),
            _LETTER_STATES[one["state"]],
            _button(f"/ui/letters/{quote(one['reference'], safe='')}", "state", "delivered", "تحویل بده")
            + _button(f"/ui/letters/{quote(one['reference'], safe='')}", "state", "returned", "برگردان"),
        )
        for one in reversed(letters)
    )
    heads = ("گیرنده", "کد پستی", "بارکد", "وضعیت", "کار پستچی")
    return f"<section><h2>نامه‌ها</h2>{_table(heads, rows, 'نامه‌ای به پست سپرده نشده است.')}</section>"


def _police(files: list[Document]) -> str:
    rows = "".join(
        _row(
            _ltr(one["police_reference"]),
            _button(f"/ui/police/{one['police_reference']}", "outcome", "positive", "مثبت")
            + _button(f"/ui/police/{one['police_reference']}", "outcome", "negative", "منفی"),
        )
        for one in files
        if one["outcome"] == "pending"
    )
    table = _table(("شماره استعلام", "پاسخ پلیس"), rows, "استعلامی در انتظار پاسخ نیست.")
    return f"<section><h2>استعلام‌های پلیس در انتظار</h2>{table}</section>"


def _shops(shops: list[Shop]) -> str:
    rows = "".join(
        _row(
            f"{_ltr(u_label(shop.domain))}",
            _ltr(shop.address4),
            _TLS[shop.tls],
            f'<a href="/shops/{shop.domain}">ویرایش</a> <a href="/shops/{shop.domain}/preview/">دیدن</a>',
        )
        for shop in shops
    )
    heads = ("دامنه", "نشانی", "گواهی TLS", "")
    return f"<section><h2>فروشگاه‌های نمایشی</h2>{_table(heads, rows, 'فروشگاهی نیست.')}</section>"


def _magic() -> str:
    rows = "".join(_row(one.where, _ltr(one.mark), _ltr(one.example), one.result) for one in MAGIC)
    good = (
        f"<p>هر مقدار دیگری پذیرفته می‌شود؛ نمونه کد ملی <bdi dir=ltr>{GOOD_NATIONAL_CODE}</bdi>، "
        f"شناسه ملی <bdi dir=ltr>{GOOD_LEGAL_ID}</bdi>. رفتار درگاه پرداخت در صفحه خود درگاه برگزیده می‌شود.</p>"
    )
    heads = ("کجا", "مقدار", "نمونه", "چه می‌شود")
    return f'<section id="magic"><h2>مقدارهای جادویی</h2>{good}{_table(heads, rows, "")}</section>'


def _json_links() -> str:
    names = ("inbox.json", "effects.json", "callbacks.json", "payments.json", "shops.json", "behaviour")
    links = " · ".join(f'<a href="/{name}" dir="ltr">{name}</a>' for name in names)
    return f"<section><h2>برای برنامه‌ها</h2><p>{links}</p></section>"


def shop(one: Shop) -> str:
    """The edit page: everything an applicant is told to put on the site."""
    forms = (
        ("head", "برچسب برای بخش head صفحه نخست", _area("html", "برچسب", 2)),
        ("body", "کد نماد برای پایان صفحه نخست", _area("html", "کد نماد", 3)),
        ("title", "عنوان صفحه نخست", _line("text", "عنوان", "")),
        (
            "file",
            "پرونده متنی",
            _line("path", "مسیر", "/.well-known/enamad-challenge/") + _line("text", "متن پرونده", ""),
        ),
        (
            "txt",
            "رکورد TXT",
            _line("name", "نام رکورد", f"_enamad-challenge.{one.domain}") + _line("values", "مقدار رکورد", ""),
        ),
        ("tls", "گواهی TLS", _select("tls", _TLS, one.tls)),
        ("home", "همه صفحه نخست", _area("html", "صفحه نخست", 18, one.home.body)),
    )
    about = (
        f"<p>نشانی نمایشی: {_ltr(one.address4)} و {_ltr(one.address6)} — گواهی TLS: {_TLS[one.tls]} — "
        f'<a href="/shops/{one.domain}/preview/">دیدن صفحه نخست</a></p>'
    )
    edit = "".join(_form(f"/ui/shops/{one.domain}/{part}", label, fields) for part, label, fields in forms)
    return layout(u_label(one.domain), about + edit + _texts(one))


def _texts(one: Shop) -> str:
    rows = "".join(_row(_ltr(name), _ltr(" | ".join(values))) for name, values in one.texts.items())
    paths = "".join(f"<li>{_ltr(path)}</li>" for path in one.paths())
    return f"<h2>رکوردهای TXT</h2>{_table(('نام', 'مقدار'), rows, 'رکوردی نیست.')}<h2>صفحه‌ها</h2><ul>{paths}</ul>"


def pay(payment: Document) -> str:
    amount = f"{payment['amount_rial']:,}".translate(_PERSIAN)
    body = f"<p>{escape(payment['description'])}</p><p>مبلغ: <b>{amount}</b> ریال</p>"
    if payment["state"] == "pending":
        path = f"/pay/{payment['authority']}"
        body += "".join(_button(path, "action", action, label) for action, label in gateway.ACTIONS.items())
    else:
        body += (
            f"<p>{_PAYMENT_STATES[payment['state']]}.</p>"
            f'<p><a href="{escape(gateway.late_url(payment))}">بازگشت دیرهنگام به سامانه</a></p>'
        )
    return layout("درگاه پرداخت آزمایشی", body)


def refused(code: str) -> str:
    """For a person whose form or address was not taken."""
    return layout(
        "پذیرفته نشد", f"<p>این درخواست پذیرفته نشد: {_ltr(code)}. به صفحه پیش برگردید و آن را درست کنید.</p>"
    )


def return_by_post(payment: Document) -> str:
    """A gateway that brings the payer back with POST."""
    status = "NOK" if payment["action"] == "cancel" else "OK"
    return layout(
        "بازگشت به سامانه",
        f'<form method="post" action="{escape(payment["callback_url"])}">'
        f'<input type="hidden" name="Authority" value="{escape(payment["authority"])}">'
        f'<input type="hidden" name="Status" value="{status}"><button>بازگشت به سامانه</button></form>',
    )


def _form(action: str, label: str, fields: str) -> str:
    return (
        f'<form method="post" action="{action}"><fieldset><legend>{label}</legend>{fields}'
        "<button>ذخیره</button></fieldset></form>"
    )


def _area(name: str, label: str, rows: int, value: str = "") -> str:
    text = f"\n{escape(value)}" if value else ""
    return f'<textarea name="{name}" aria-label="{label}" dir="ltr" rows="{rows}" required>{text}</textarea>'


def _line(name: str, label: str, value: str) -> str:
    return f'<label>{label} <input name="{name}" dir="auto" value="{escape(value)}" required></label>'


def _select(name: str, choices: dict[str, str], chosen: str) -> str:
    options = "".join(
        f'<option value="{key}"{" selected" if key == chosen else ""}>{text}</option>' for key, text in choices.items()
    )
    return f'<select name="{name}" aria-label="گواهی TLS">{options}</select>'


def _button(action: str, name: str, value: str, label: str) -> str:
    return (
        f'<form class="button" method="post" action="{escape(action)}">'
        f'<button name="{name}" value="{value}">{label}</button></form>'
    )


def _table(heads: Iterable[str], rows: str, empty: str) -> str:
    if not rows:
        return f'<p class="empty">{empty}</p>'
    return (
        f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _ltr(value: str) -> str:
    return f'<bdi dir="ltr">{escape(value)}</bdi>'
