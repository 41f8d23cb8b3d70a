import pytest

from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.iran.text import clean_name

AREA_CODES = {
    "تهران": "021", "البرز": "026", "قم": "025", "مرکزی": "086", "سمنان": "023", "همدان": "081", "قزوین": "028",
    "اصفهان": "031", "آذربایجان غربی": "044", "مازندران": "011", "کهگیلویه و بویراحمد": "074", "کرمانشاه": "083",
    "خراسان رضوی": "051", "اردبیل": "045", "گلستان": "017", "آذربایجان شرقی": "041", "سیستان و بلوچستان": "054",
    "کردستان": "087", "فارس": "071", "لرستان": "066", "کرمان": "034", "خراسان جنوبی": "056", "گیلان": "013",
    "بوشهر": "077", "هرمزگان": "076", "خوزستان": "061", "چهارمحال و بختیاری": "038", "خراسان شمالی": "058",
    "ایلام": "084", "زنجان": "024", "یزد": "035",
}  # fmt: skip


def test_there_are_31_provinces_with_their_area_codes():
    assert {province.name: province.area_code for province in provinces.all_provinces()} == AREA_CODES
    assert len({province.code for province in provinces.all_provinces()}) == 31


def test_choices_are_in_persian_alphabetical_order():
    assert provinces.choices()[:2] == [("03", "آذربایجان شرقی"), ("04", "آذربایجان غربی")]
    assert provinces.choices()[-1] == ("21", "یزد")


def test_a_province_is_found_by_code_name_and_area_code():
    tehran = provinces.by_code("23")
    assert (tehran.name, tehran.capital) == ("تهران", "تهران")
    assert provinces.by_area_code("021") == tehran
    assert provinces.by_name("كهگيلويه وبويراحمد") == provinces.by_code("17")
    assert provinces.by_area_code("099") is None
    assert provinces.by_name("نیست") is None
    with pytest.raises(KeyError):
        provinces.by_code("99")


def test_each_province_has_its_capital_first_and_each_city_once():
    for province in provinces.all_provinces():
        cities = [city.name for city in provinces.cities_of(province.code)]
        assert cities[0] == province.capital
        assert len(cities) == len(set(cities))


def test_every_city_is_written_in_the_stored_form_and_belongs_to_a_province():
    rows = list(provinces.read_rows("cities.csv"))
    assert [row["name_fa"] for row in rows if clean_name(row["name_fa"]) != row["name_fa"]] == []
    assert {row["province"] for row in rows} == {province.code for province in provinces.all_provinces()}


def test_a_city_is_known_in_any_spelling_of_the_keyboard():
    assert provinces.is_known_city("خرم آباد", "15")
    assert provinces.is_known_city("كرج", "30")
    assert not provinces.is_known_city("کرج", "23")
