"""The style page: every component once, with all its states, for settings.STYLEGUIDE. Reads no database."""

import datetime as dt

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from enamad_portal.kernel.calendar.form_fields import JalaliDateField, MemorableDateField
from enamad_portal.kernel.forms import CodeInput, LtrInput, NumberInput, PortalForm, UploadInput
from enamad_portal.kernel.iran import national_code
from enamad_portal.kernel.iran.form_fields import ParsedField


class SampleForm(PortalForm):
    """One field of each kind."""

    affixes = {"domain": ("https://", ""), "fee": ("", "ریال")}

    name = forms.CharField(label="نام کسب‌وکار", max_length=20, help_text="همان نامی که خریدار در وبگاه شما می‌بیند.")
    code = ParsedField(
        parse=national_code.parse,
        label="کد ملی مدیرعامل",
        widget=NumberInput({"class": "input-10"}),
        help_text="برای آنکه هویت صاحب نماد با ثبت احوال سنجیده شود؛ به خریدار نشان داده نمی‌شود.",
    )
    domain = forms.CharField(label="دامنه", widget=LtrInput({"placeholder": "example.ir"}))
    fee = forms.IntegerField(label="مبلغ پرداختی", min_value=10_000, widget=NumberInput({"class": "input-10"}))
    email = forms.EmailField(label="ایمیل", widget=LtrInput({"type": "email", "autocomplete": "email"}), required=False)
    otp = forms.CharField(label="کد پیامک‌شده", widget=CodeInput, help_text="کد ۶ رقمی تا ۲ دقیقه کار می‌کند.")
    born = MemorableDateField(label="تاریخ تولد", help_text="مانند ۱۵ ۶ ۱۳۶۷؛ ماه را با نام هم می‌شود نوشت.")
    until = JalaliDateField(label="پایان اعتبار پروانهٔ کسب", help_text="روی پروانه، زیر شمارهٔ آن نوشته شده است.")
    province = forms.ChoiceField(label="استان", choices=[("", "برگزینید"), ("23", "تهران"), ("04", "اصفهان")])
    holder = forms.ChoiceField(
        label="صاحب دامنه کیست؟",
        choices=[("self", "خود متقاضی"), ("company", "شرکت"), ("other", "شخص دیگری")],
        widget=forms.RadioSelect,
        help_text="اگر صاحب دامنه دیگری است، رضایت‌نامهٔ او را می‌خواهیم.",
    )
    sells = forms.MultipleChoiceField(
        label="چه می‌فروشید؟",
        choices=[("goods", "کالا"), ("service", "خدمت"), ("digital", "محصول دیجیتال")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    about = forms.CharField(label="شرح فعالیت", widget=forms.Textarea({"rows": 4}), required=False)
    licence = forms.FileField(
        label="تصویر پروانهٔ کسب",
        widget=UploadInput(max_bytes=5 * 1024 * 1024),
        help_text="PDF، JPEG یا PNG، تا ۵ مگابایت.",
    )
    agree = forms.BooleanField(label="شرایط و تعهدنامه را خوانده‌ام و می‌پذیرم")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component. With ?form=bad the page itself answers as a refused form does."""
    return render(
        request, "styleguide/index.html", _samples() | ({"form": _refused()} if "form" in request.GET else {})
    )


def _refused() -> SampleForm:
    typed = {
        "name": "فروشگاه اینترنتی صنایع دستی نقش جهان",
        "code": "001234",
        "domain": "",
        "fee": "5000",
        "email": "sara@",
        "born_day": "31",
        "born_month": "مهر",
        "born_year": "1367",
        "until": "2026/11/21",
        "province": "99",
    }
    return SampleForm(typed, {"licence": SimpleUploadedFile("licence.pdf", b"")})


def _samples() -> dict[str, object]:
    return {
        "empty_form": SampleForm(auto_id="empty_%s"),
        "bad_form": _refused(),
        "tones": ("info", "ok", "turn", "danger", "quiet"),
        "icons": ICONS,
        "tasks": _TASKS,
        "events": _EVENTS,
        "tabs": _TABS,
        "answers": _ANSWERS,
        "facts": (("اعتبار تا", "۳۰ آبان ۱۴۰۷"), ("دامنه", "naghshejahan.ir")),
        "columns": ("دامنه", "ستاره", "اعتبار تا", "مبلغ"),
        "rows": (
            ("naghshejahan.ir", "۲", "۳۰ آبان ۱۴۰۷", "۱٬۲۵۰٬۰۰۰ ریال"),
            ("ketabparsi.ir", "۱", "۱۲ دی ۱۴۰۶", "۹۸۰٬۰۰۰ ریال"),
        ),
        "page": Paginator(range(190), 10).page(7),
        "first_page": Paginator(range(30), 10).page(1),
        "explain": ("ثبت درخواست: شنبه ۱۶ آبان ۱۴۰۵ (روز نخست شمرده نمی‌شود)", "۱۰ روز کاری؛ پنجشنبه و جمعه شمرده نشد"),
        "token": '<meta name="enamad" content="k3v7q2mzx5t4w6rj8n9p1s0d2f4g6h8a">',
        "looked_for": (
            ("برچسب متا در سر صفحهٔ نخست:", False),
            ('<meta name="enamad" content="k3v7q2mzx5t4w6rj8n9p1s0d2f4g6h8a">', True),
        ),
        "saw": (("یک برچسب با مقداری دیگر:", False), ('<meta name="enamad" content="k3v7q2mz">', True)),
        "day": dt.date(2026, 11, 21),
        "instant": dt.datetime(2026, 11, 21, 10, 35, tzinfo=dt.UTC),
        "amount": 12_500_000,
    }


ICONS = (
    *(
        "check",
        "check-circle",
        "alert",
        "x-circle",
        "x",
        "info",
        "clock",
        "calendar",
        "lock",
        "copy",
        "upload",
        "camera",
    ),
    *(
        "file",
        "search",
        "shield",
        "badge",
        "ban",
        "pause",
        "globe",
        "phone",
        "mail",
        "user",
        "users",
        "star",
        "sun-moon",
    ),
    *("pencil", "trash", "download", "print", "external", "inbox", "flag", "next", "previous", "down", "circle", "dot"),
    *(
        "help",
        "refresh",
        "gavel",
        "store",
        "card",
        "map-pin",
        "sign-out",
        "bell",
        "eye",
        "plus",
        "link",
        "server",
        "code",
    ),
)
_TASKS = (
    {"label": "مشخصات متقاضی", "href": "#task", "status": "done"},
    {"label": "کسب‌وکار و مجوزها", "href": "#task", "status": "doing", "hint": "۳ پرسش از ۷ پرسش پاسخ دارد"},
    {"label": "بارگذاری مدارک", "href": "#task", "status": "problem", "hint": "تصویر پروانهٔ کسب خوانا نیست"},
    {"label": "کنترل دامنه", "href": "#task", "status": "todo"},
    {"label": "پرداخت هزینه", "href": "#task", "status": "locked", "hint": "پس از تأیید کارشناس باز می‌شود"},
)
_EVENTS = (
    {"title": "درخواست ثبت شد", "at": "۱۶ آبان ۱۴۰۵، ساعت ۱۰:۱۲", "by": "شما"},
    {"title": "مالکیت دامنه تأیید شد", "at": "۱۶ آبان ۱۴۰۵، ساعت ۱۰:۲۰", "by": "سامانه"},
    {
        "title": "یک مدرک پذیرفته نشد",
        "at": "۱۹ آبان ۱۴۰۵، ساعت ۱۴:۰۵",
        "by": "کارشناس",
        "note": "تصویر پروانهٔ کسب خوانا نیست (بند ۳ شرایط).",
        "state": "problem",
    },
    {"title": "اصلاح مدرک", "note": "نوبت شماست؛ تا ۳۰ آبان ۱۴۰۵.", "state": "now"},
    {"title": "بررسی کارشناس", "state": "next"},
    {"title": "پرداخت و صدور نماد", "state": "next"},
)
_TABS = (
    {"label": "برچسب متا", "href": "#tabs", "current": True, "count": ""},
    {"label": "پروندهٔ متنی", "href": "#tabs", "count": ""},
    {"label": "عنوان صفحه", "href": "#tabs", "count": ""},
    {"label": "رکورد DNS", "href": "#tabs", "count": ""},
    {"label": "در انتظار", "href": "#tabs", "count": 12},
)
_ANSWERS = (
    {"label": "نام کسب‌وکار", "value": "صنایع دستی نقش جهان", "change_href": "#answers"},
    {"label": "دامنه", "value": "naghshejahan.ir", "change_href": "#answers", "ltr": True},
    {"label": "نشانی", "value": "اصفهان، میدان نقش جهان، بازار قیصریه، سرای مخلص، پلاک ۱۲", "change_href": "#answers"},
    {"label": "تلفن ثابت", "value": "", "change_href": "#answers"},
    {"label": "شمارهٔ پرونده", "value": "1405-1000", "ltr": True},
)
