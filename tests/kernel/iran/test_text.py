import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enamad_portal.kernel.iran import text

ZWNJ = "\u200c"
# Letters, marks, joiners and spaces that meet in real and in hostile Persian text, beside any other character.
PERSIAN_SOUP = st.text(
    st.sampled_from("يىیكکةۀەهأإٱآاؤئوبتس\u064b\u0651\u0653\u0654\u0670ـ\u200c\u200d\u200f ۀ٠۰1²éA\u0301\n")
)
ANY_TEXT = st.text() | PERSIAN_SOUP


def refusal(call, *args):
    with pytest.raises(ValidationError) as refused:
        call(*args)
    return refused.value.code


@settings(max_examples=1500)
@given(ANY_TEXT)
@example("a\u200c\u0301")
@example("\u0390\u03f4")
def test_txt_2_search_key_is_idempotent_on_any_text(typed):
    once = text.search_key(typed)
    assert text.search_key(once) == once


def test_txt_2_search_key_is_idempotent_on_every_character_of_the_basic_plane():
    keys = (text.search_key(chr(point)) for point in range(0x10000))
    assert [key for key in keys if text.search_key(key) != key] == []


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("كتاب‌هاي علي", "کتابهای علی"),
        ("الكترونیكی", "الکترونیکی"),
        ("خانهٔ  سبز", "خانه سبز"),
        ("فروشگاه مدرسة", "فروشگاه مدرسه"),
        ("أحمد إبراهیم ٱلله مؤمن", "احمد ابراهیم الله مومن"),
        ("آب", "آب"),
        ("مُحَمَّد", "محمد"),
        ("کتـــاب", "کتاب"),
        ("ﻛﺘﺎﺏ", "کتاب"),
        ("شماره ۱۲ و ٣٤", "شماره 12 و 34"),
        ("  Shop\u00a0ONE  ", "shop one"),
    ],
)
def test_txt_2_search_key_folds_what_people_do_not_see(typed, key):
    assert text.search_key(typed) == key


@pytest.mark.parametrize("bidi", "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_txt_1_bidi_controls_are_refused_in_names_and_stripped_from_paragraphs(bidi):
    assert refusal(text.clean_name, f"فروشگاه{bidi}ما") == "bidi"
    assert text.clean_paragraph(f"فروشگاه{bidi}ما") == "فروشگاهما"


@pytest.mark.parametrize(
    "hidden", ["\0", "\x07", "\x85", "\ue000", "\U000e0041", "\u0378", "\ufffe", "\ud800", "\u3164"]
)
def test_txt_1_control_private_unassigned_and_blank_characters_are_refused(hidden):
    assert refusal(text.clean_name, f"فروش{hidden}گاه") == "character"
    assert refusal(text.clean_paragraph, f"فروش{hidden}گاه") == "character"


def test_txt_1_refusal_names_the_character_and_the_cure():
    with pytest.raises(ValidationError) as refused:
        text.clean_name("a\x07b")
    assert refused.value.messages == ["نویسهٔ «U+0007» در متن دیده یا خوانده نمی‌شود؛ آن را پاک کنید و دوباره تایپ کنید."]


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (f"می{ZWNJ}{ZWNJ}{ZWNJ}شود", f"می{ZWNJ}شود"),
        (f"{ZWNJ}نام{ZWNJ} خوب{ZWNJ}", "نام خوب"),
        (f"sh{ZWNJ}op", "shop"),
        (f"خانهٔ{ZWNJ}ما", f"خانهٔ{ZWNJ}ما"),
        ("نام\ufeff\u00adها", "نامها"),
        ("  علي   كاظمي ", "علی کاظمی"),
        ("cafe\u0301", "café"),
    ],
)
def test_txt_1_names_are_kept_as_typed_but_for_what_nobody_sees(typed, cleaned):
    assert text.clean_name(typed) == cleaned


def test_txt_1_marks_stacked_on_one_letter_are_refused():
    assert text.clean_name("مُحَمَّد") == unicodedata.normalize("NFC", "مُحَمَّد")
    assert refusal(text.clean_name, "م\u064b\u064c\u064d") == "marks"


def test_txt_1_length_is_counted_in_letters_and_bounded_in_bytes():
    assert text.clean_name("مُ" * 120) == "مُ" * 120
    assert refusal(text.clean_name, "م" * 121) == "too_long"
    assert refusal(text.clean_name, "م\u20d0\u20d1" * 120) == "too_long"
    assert text.graphemes(f"می{ZWNJ}شوَد") == 5


@pytest.mark.parametrize("empty", ["", "  ", ZWNJ, "\ufeff"])
def test_txt_1_nothing_visible_is_blank(empty):
    assert refusal(text.clean_name, empty) == "blank"
    assert refusal(text.clean_paragraph, empty) == "blank"


def test_txt_1_paragraph_keeps_lines_and_squeezes_empty_ones():
    assert text.clean_paragraph("\r\nیک\tدو\r\n\r\n\r\n\r\nسه  چهار\u2028پنج\n") == "یک دو\n\nسه چهار\nپنج"


@settings(max_examples=1000)
@example("\u0670\u0300\u200c\u0620")
@given(ANY_TEXT)
def test_txt_1_cleaning_twice_is_cleaning_once(typed):
    for clean in (text.clean_name, text.clean_paragraph):
        try:
            cleaned = clean(typed)
        except ValidationError:
            continue
        assert clean(cleaned) == cleaned
        assert unicodedata.is_normalized("NFC", cleaned)


@pytest.mark.parametrize("mixed", ["12۳", "۱٢", "1٢", "۰۹1٢"])
def test_txt_3_mixed_digit_sets_in_one_number_are_refused(mixed):
    assert refusal(text.number_text, mixed, "کد") == "mixed_digits"


@pytest.mark.parametrize("typed", ["12 34", "۱۲-۳۴", "١٢٣٤", "\u202a1234\u202c", "12\u200c34", "12\u00a034"])
def test_txt_3_three_digit_sets_are_stored_as_ascii(typed):
    assert text.number_text(typed, "کد") == "1234"


@pytest.mark.parametrize(
    ("typed", "code"), [("²", "not_digits"), ("१२", "not_digits"), ("12a", "not_digits"), (" ", "blank")]
)
def test_txt_3_other_digits_and_letters_are_refused(typed, code):
    assert refusal(text.number_text, typed, "کد") == code


@given(st.text("0123456789"))
def test_digits_survive_the_way_to_persian_and_back(digits):
    assert text.ascii_digits(text.persian_digits(digits)) == digits


def test_numbers_are_shown_to_people_in_persian():
    assert text.persian_digits(1405) == "۱۴۰۵"
    assert text.persian_money(1250000) == "۱٬۲۵۰٬۰۰۰ ریال"
    assert text.persian_money(0) == "۰ ریال"


def test_txt_4_one_line_holds_no_line_break_and_no_bidi_control():
    assert text.one_line("Subject\r\nBcc: x\u202e\u2028y\x1b") == "Subject Bcc: x y"
