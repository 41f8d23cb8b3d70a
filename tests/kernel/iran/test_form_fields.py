from django import forms

from enamad_portal.kernel.iran import national_code, postal_code
from enamad_portal.kernel.iran.form_fields import ParsedField


class AddressForm(forms.Form):
    national_code = ParsedField(parse=national_code.parse)
    postal_code = ParsedField(parse=postal_code.parse, required=False)


def test_the_cleaned_value_is_the_stored_form():
    form = AddressForm({"national_code": "۰۰۷۶۲۲۹۶۴۵", "postal_code": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"national_code": "0076229645", "postal_code": ""}


def test_a_refusal_is_the_parsers_own():
    form = AddressForm({"national_code": "0076229645", "postal_code": "143995547"})
    assert form.errors == {"postal_code": ["کد پستی باید ۱۰ رقم باشد؛ ۹ رقم وارد شده است."]}
