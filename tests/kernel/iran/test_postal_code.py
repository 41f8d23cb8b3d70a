import pytest
from django.core.exceptions import ValidationError

from enamad_portal.kernel.iran import postal_code


def refused(typed):
    with pytest.raises(ValidationError) as refusal:
        postal_code.parse(typed)
    return refusal.value


def test_txt_3_a_postal_code_is_read_with_any_digits():
    assert postal_code.parse("۱۴۳۹۹-۵۵۴۷۱") == "1439955471"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("143995547", "length"),
        ("14399554711", "length"),
        ("0439955471", "unused_digit"),
        ("1432955471", "unused_digit"),
        ("1439055471", "unused_digit"),
        ("1111955471", "repeated"),
        ("14399x5471", "not_digits"),
    ],
)
def test_what_every_source_rules_out_is_refused(typed, code):
    assert refused(typed).code == code


def test_refusals_name_the_rule_and_the_cure():
    assert refused("143995547").messages == ["کد پستی باید ۱۰ رقم باشد؛ ۹ رقم وارد شده است."]
    (message,) = refused("1432955471").messages
    assert message == (
        "در پنج رقم اول کد پستی ۰ و ۲ به کار نمی‌رود؛ رقم ۴ را ۲ وارد کرده‌اید. "
        "کد را از روی قبض یا پلاک دوباره وارد کنید."
    )


@pytest.mark.parametrize(
    ("code", "count"), [("1439955401", 0), ("1439955421", 1), ("1439555471", 1), ("1439552471", 2)]
)
def test_where_the_sources_differ_it_only_warns(code, count):
    assert len(postal_code.warnings(postal_code.parse(code))) == count


def test_lists_show_the_delivery_area_only():
    assert postal_code.mask("1439955471") == "14399•••••"
