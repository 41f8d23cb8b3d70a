"""What a collector saw: a code with its Persian sentence, whether it speaks for or against the item, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from applications.models.choices import MachineLevel, MachineSays
from applications.verification.content.pages import SeenPage

WORDS = {
    "enamad_picture": "تصویر یا پیوند نماد اعتماد در سایت است، با آنکه هنوز نمادی برای این دامنه صادر نشده است.",
    "no_enamad_picture": "در صفحه‌هایی که دیدیم تصویر نماد اعتماد نبود.",
    "product_seen": "صفحه یک کالا را دیدیم.",
    "product_absent": "از صفحه اصلی به صفحه هیچ کالایی نرسیدیم.",
    "product_facts": "در صفحه کالا مشخصات نوشته شده است.",
    "price_seen": "قیمت دیده شد.",
    "price_absent": "در صفحه‌هایی که دیدیم قیمتی نبود.",
    "price_by_call": "به جای قیمت نوشته شده است که تماس بگیرید.",
    "delivery_cost": "از هزینه یا شیوه ارسال گفته شده است.",
    "tax_named": "از مالیات گفته شده است.",
    "costs_not_named": "در صفحه‌هایی که دیدیم از هزینه ارسال و مالیات چیزی گفته نشده است.",
    "order_way": "راه سفارش یا سبد خرید در سایت هست.",
    "order_form": "فرم سفارش در سایت هست.",
    "order_absent": "در صفحه‌هایی که دیدیم سبد خرید یا فرم سفارش نبود؛ به نظر می‌رسد سایت هنوز نمی‌فروشد.",
    "order_by_messenger": "سایت می‌گوید که سفارش با پیام‌رسان گرفته می‌شود.",
    "site_unfinished": "سایت می‌گوید که هنوز در دست ساخت است.",
    "invoice_named": "از پیش‌فاکتور گفته شده است.",
    "invoice_not_seen": "در صفحه‌هایی که دیدیم از پیش‌فاکتور چیزی نبود؛ کارشناس یک سفارش آزمایشی را می‌بیند.",
    "tracking_named": "راه پیگیری سفارش یا کد رهگیری دیده شد.",
    "tracking_not_seen": "در صفحه‌هایی که دیدیم از پیگیری سفارش چیزی نبود.",
    "about_seen": "صفحه «درباره ما» باز شد.",
    "about_absent": "در صفحه اصلی پیوندی به «درباره ما» ندیدیم.",
    "about_broken": "پیوند «درباره ما» هست ولی صفحه باز نشد.",
    "owner_named": "نام صاحب کسب‌وکار در «درباره ما» آمده است.",
    "owner_not_named": "نام صاحب کسب‌وکار را در «درباره ما» ندیدیم.",
    "licence_named": "در «درباره ما» از مجوز گفته شده است.",
    "licence_not_named": "در «درباره ما» از مجوز چیزی ندیدیم.",
    "contact_seen": "صفحه «تماس با ما» باز شد.",
    "contact_absent": "در صفحه اصلی پیوندی به «تماس با ما» ندیدیم.",
    "contact_broken": "پیوند «تماس با ما» هست ولی صفحه باز نشد.",
    "address_same": "نشانی صفحه تماس با نشانی پرونده یکی است.",
    "address_partly": "بخشی از نشانی پرونده در صفحه تماس هست؛ کارشناس مقایسه می‌کند.",
    "address_missing": "نشانی پرونده را در صفحه تماس ندیدیم.",
    "landline_same": "تلفن ثابت صفحه تماس با پرونده یکی است.",
    "landline_differs": "تلفن ثابت دیگری در صفحه تماس است؛ تلفن پرونده دیده نشد.",
    "landline_missing": "تلفن ثابت در صفحه تماس ندیدیم.",
    "mobile_same": "تلفن همراه صفحه تماس با پرونده یکی است.",
    "mobile_differs": "تلفن همراه دیگری در صفحه تماس است؛ تلفن همراه متقاضی دیده نشد.",
    "mobile_missing": "تلفن همراه در صفحه تماس ندیدیم.",
    "email_seen": "پست الکترونیکی در صفحه تماس هست.",
    "email_missing": "پست الکترونیکی در صفحه تماس ندیدیم.",
    "rules_seen": "صفحه «قوانین و مقررات» باز شد.",
    "rules_absent": "در صفحه اصلی پیوندی به «قوانین و مقررات» ندیدیم.",
    "rules_broken": "پیوند «قوانین و مقررات» هست ولی صفحه باز نشد.",
    "withdrawal_named": "از حق انصراف یا بازگرداندن کالا گفته شده است.",
    "withdrawal_not_named": "از حق انصراف یا بازگرداندن کالا چیزی ندیدیم.",
    "complaint_way": "راه ثبت شکایت در سایت هست.",
    "complaint_absent": "راهی برای ثبت شکایت ندیدیم.",
    "law_named": "سایت تبعیت از قواعد حمایت از مصرف‌کننده قانون تجارت الکترونیکی را نوشته است.",
    "law_not_named": "جمله تبعیت از قواعد حمایت از مصرف‌کننده قانون تجارت الکترونیکی را ندیدیم.",
    "pages_secure": "صفحه‌ها و فرم‌هایی که دیدیم همه https بودند.",
    "page_plain": "صفحه‌ای که دیدیم با http باز شد، نه https.",
    "element_plain": "فرم، قاب یا اسکریپتی با نشانی http در صفحه است.",
}

REASONS = {
    "enamad_picture": "enamad_before_issue",
    "product_absent": "facts_missing",
    "price_absent": "price_missing",
    "price_by_call": "price_by_call",
    "order_absent": "order_impossible",
    "order_by_messenger": "order_by_messenger",
    "site_unfinished": "site_unfinished",
    "about_absent": "about_missing",
    "about_broken": "about_missing",
    "contact_absent": "contact_missing",
    "contact_broken": "contact_missing",
    "address_missing": "address_differs",
    "landline_differs": "landline_differs",
    "landline_missing": "landline_differs",
    "mobile_differs": "mobile_missing",
    "mobile_missing": "mobile_missing",
    "email_missing": "email_missing",
    "rules_absent": "rules_missing",
    "rules_broken": "rules_missing",
    "complaint_absent": "complaint_missing",
    "law_not_named": "law_not_named",
    "page_plain": "page_insecure",
    "element_plain": "page_insecure",
}
"""The reason (checklist_reasons.csv) that an observation against an item suggests to the officer."""


@dataclass(frozen=True, slots=True)
class Observation:
    """`good`: for the item, against it, or (None) for a person to weigh. `excerpt` is text of the site only."""

    code: str
    good: bool | None = None
    url: str = ""
    sha256: str = ""
    excerpt: str = ""

    def on(self, page: SeenPage, excerpt: str | None = "") -> "Observation":
        """The same, tied to a page as it stood."""
        return replace(self, url=page.url, sha256=page.sha256, excerpt=(excerpt or "")[:300])

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def says(level: str, seen: Sequence[Observation]) -> str:
    """The machine's opinion on one item, or "" where it may have none: lawfulness and taste are a person's."""
    if level != MachineLevel.VERDICT or not seen:
        return ""
    if any(observation.good is False for observation in seen):
        return MachineSays.NOT_OK
    return "" if any(observation.good is None for observation in seen) else MachineSays.OK


def sentence(stored: Mapping[str, Any]) -> str:
    """What a stored observation says; an older code that is no longer known says nothing."""
    return WORDS.get(str(stored.get("code")), "")
