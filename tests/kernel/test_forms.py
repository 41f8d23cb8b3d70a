"""Forms of the portal: messages that name the field, links that find it, nothing the page's policy would refuse."""

import re
from collections.abc import Mapping

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import MaxLengthValidator
from django.template.loader import render_to_string

from enamad_portal.kernel.calendar.form_fields import JalaliDateField, MemorableDateField
from enamad_portal.kernel.forms import CodeInput, LtrInput, PortalForm, UploadInput


class OneOfEach(PortalForm):
    affixes: Mapping[str, tuple[str, str]] = {"domain": ("https://", "")}

    name = forms.CharField(label="نام کسب‌وکار", max_length=5, min_length=3, help_text="خریدار همین را می‌بیند.")
    domain = forms.CharField(label="دامنه", widget=LtrInput)
    fee = forms.IntegerField(label="مبلغ", min_value=10_000)
    email = forms.EmailField(label="ایمیل")
    province = forms.ChoiceField(label="استان", choices=[("23", "تهران")])
    holder = forms.ChoiceField(label="صاحب دامنه کیست؟", choices=[("a", "شرکت")], widget=forms.RadioSelect)
    born = MemorableDateField(label="تاریخ تولد", required=False)
    until = JalaliDateField(label="پایان اعتبار", required=False)
    licence = forms.FileField(label="پروانه", widget=UploadInput(max_bytes=100))
    code = forms.CharField(label="کد پیامک‌شده", widget=CodeInput, required=False)
    agree = forms.BooleanField(label="تعهدنامه را می‌پذیرم")


def refused() -> OneOfEach:
    typed = {"name": "نقش جهان", "fee": "5000", "email": "sara@", "province": "99", "born_day": "31"}
    return OneOfEach(typed, {"licence": SimpleUploadedFile("x.pdf", b"")})


def test_required_messages_name_the_field_and_the_cure() -> None:
    form = OneOfEach({}, {})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "name": "نام کسب‌وکار را وارد کنید.",
        "domain": "دامنه را وارد کنید.",
        "fee": "مبلغ را وارد کنید.",
        "email": "ایمیل را وارد کنید.",
        "province": "استان را انتخاب کنید.",
        "holder": "به پرسش «صاحب دامنه کیست؟» پاسخ دهید.",
        "licence": "پروندهٔ «پروانه» را برگزینید.",
        "agree": "برای ادامه باید «تعهدنامه را می‌پذیرم» را بپذیرید.",
    }


def test_rule_messages_say_the_rule_and_what_came_in_persian_digits() -> None:
    errors = {name: errors[0] for name, errors in refused().errors.items()}
    assert errors["name"] == "نام کسب‌وکار باید حداکثر ۵ نویسه باشد؛ ۸ نویسه وارد شده است."
    assert errors["fee"] == "مبلغ نباید از ۱۰٬۰۰۰ کمتر باشد؛ ۵۰۰۰ وارد شده است."
    assert errors["email"] == "ایمیل باید نشانی کامل ایمیل باشد، مانند name@example.ir."
    assert errors["province"] == "استان باید یکی از گزینه‌های همین فهرست باشد؛ یکی را انتخاب کنید."
    assert errors["licence"] == "پروندهٔ «پروانه» خالی است؛ پرونده‌ای را برگزینید که باز می‌شود."


def test_a_message_written_for_the_field_or_its_class_stays() -> None:
    class Own(PortalForm):
        name = forms.CharField(label="نام", error_messages={"required": "نام روی پروانه را بنویسید."})
        until = JalaliDateField(label="پایان اعتبار")

    errors = Own({}).errors
    assert errors["name"] == ["نام روی پروانه را بنویسید."]
    assert errors["until"] == ["پایان اعتبار: تاریخ را وارد کنید؛ مانند ۱۴۰۵/۰۸/۳۰."]


def test_plural_messages_of_django_survive_persian_numbers() -> None:
    class Plural(PortalForm):
        name = forms.CharField(label="نام", error_messages={"max_length": MaxLengthValidator.message})  # type: ignore[dict-item]

    Plural.base_fields["name"].validators = [MaxLengthValidator(3)]
    (message,) = Plural({"name": "چهارده"}).errors["name"]
    assert message.startswith("طول این مقدار باید حداکثر")


def test_every_link_of_the_error_summary_finds_its_control() -> None:
    form = refused()
    page = str(form)
    links = re.findall(r'href="#([^"]+)"', render_to_string("components/error_summary.html", {"form": form}))
    assert len(links) == len(form.errors)
    assert [link for link in links if page.count(f' id="{link}"') != 1] == []


def test_every_description_that_a_control_names_exists() -> None:
    page = str(refused())
    named = [id_ for ids in re.findall(r'aria-describedby="([^"]+)"', page) for id_ in ids.split()]
    assert named
    assert [id_ for id_ in named if f'id="{id_}"' not in page] == []


def test_ids_of_a_form_are_unique() -> None:
    ids = re.findall(r' id="([^"]+)"', str(refused()))
    assert sorted(ids) == sorted(set(ids))


def test_the_summary_is_empty_without_errors() -> None:
    assert render_to_string("components/error_summary.html", {"form": OneOfEach()}).strip() == ""


@pytest.mark.parametrize("form", [OneOfEach(), refused()], ids=["empty", "refused"])
def test_no_inline_style_script_or_handler(form: OneOfEach) -> None:
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=", str(form)) == []


def test_the_code_box_is_filled_by_the_phone() -> None:
    box = str(OneOfEach()["code"])
    assert all(part in box for part in ('autocomplete="one-time-code"', 'inputmode="numeric"', 'dir="ltr"'))


def test_a_near_date_has_a_calendar_button_that_waits_for_scripts() -> None:
    assert re.findall(r"<button[^>]*data-picker[^>]*hidden>", OneOfEach()["until"].as_field_group())


def test_what_is_optional_says_so() -> None:
    form = OneOfEach()
    optional = [name for name in form.fields if "(اختیاری)" in form[name].as_field_group()]
    assert optional == ["born", "until", "code"]


def test_prefix_stands_before_the_box() -> None:
    field = OneOfEach()["domain"].as_field_group()
    assert field.index("https://") < field.index("<input")
