"""Every wrong answer to every question: what the person reads, and that nothing typed is lost."""

import html

import pytest
from django.db import connection

from applications.models import Activity, Application
from applications.sections import SECTIONS
from applications.services.draft import open_business
from enamad_portal.kernel import use_cases
from tests.applications import factories

pytestmark = pytest.mark.django_db

GOOD = {
    "shop": {"name_fa": "گلستان هنر", "name_latin": "Golestan Honar", "domain": "golestan-shop.ir"},
    "activity": {"activity": "handicraft", "sale_method": "direct"},
    "contact": {
        "email": "mina@golestan-shop.ir",
        "province": "23",
        "city": "تهران",
        "answering_hours": "شنبه تا چهارشنبه، ۹ تا ۱۷",
    },
    "turnover": {"monthly_transactions": "۲۰", "turnover_million_toman": "۱۵"},
    "volume": {"monthly_transactions": "۲۰۰۰", "turnover_million_toman": "۱۵٬۰۰۰"},
    "place": {
        "premises": "office",
        "tenure": "tenant",
        "postal_code": "۱۹۳۹۴-۴۷۱۱۳",
        "address": "خیابان ولیعصر، کوچه بهار، پلاک ۷، واحد ۳",
        "landline": "021 8888 1234",
    },
    "shop_account": {"needs_account": "yes", "user_name": "tester", "password": "p@ss word "},
    "legal": {
        "registered_name": "شرکت بازرگانی نمونه",
        "legal_id": "10380284790",
        "registration_number": "۴۵۶۷",
        "gazette_number": "21873",
        "gazette_date": "۱۴۰۳/۰۲/۱۰",
        "director_name": "مینا رستمی",
        "director_national_code": "0013542419",
        "capacity": "managing_director",
        "board": "مینا رستمی، رئیس\nسارا کریمی، عضو",
    },
}
TURNED = "\u202e"
LIST = "باید یکی از گزینه‌های همین فهرست باشد؛ یکی را انتخاب کنید."
NO_DOMAIN = "نشانی دامنه پذیرفتنی نیست؛ فقط نام دامنه را بنویسید، مانند shop.ir، بدون نشانی عددی، فاصله و نویسهٔ ویژه."
SUFFIX = "این نام یک پسوند عمومی است و دامنهٔ یک کسب‌وکار نیست؛ نام کامل دامنهٔ خود را بنویسید، مانند shop.co.ir."
NO_EMAIL = "ایمیل باید نشانی کامل ایمیل باشد، مانند name@example.ir."
CAP = (
    "کسب‌وکار خرد باید کمتر از ۱۰۰ تراکنش و کمتر از ۱۰۰ میلیون تومان در ماه داشته باشد؛ "
    "با این حجم باید نماد معمولی بگیرید."
)
COUNT = "شمار تراکنش‌های ماهانه"
ONLY_DIGITS = "فقط از رقم ساخته می‌شود؛ حرف و نشانه را پاک کنید."
TWO_SETS = "با دو نوع رقم نوشته شده است؛ همهٔ رقم‌ها را یا فارسی یا لاتین وارد کنید."
IS_MOBILE = "این شماره همراه است؛ اینجا تلفن ثابت محل کسب‌وکار را مانند ۰۲۱۸۸۸۸۱۲۳۴ وارد کنید."
NO_AREA = "پیش‌شمارهٔ استان کم است؛ تلفن ثابت را با پیش‌شماره مانند ۰۲۱۸۸۸۸۱۲۳۴ وارد کنید."


def hidden(label):
    return f"در {label} نویسهٔ پنهان تغییر جهت متن هست؛ نام را دوباره تایپ کنید و از جایی کپی نکنید."


def long(label, most, given):
    return f"{label} باید حداکثر {most} نویسه باشد؛ {given} نویسه وارد شده است."


def unseen(label):
    return f"نویسهٔ «U+0000» در {label} دیده یا خوانده نمی‌شود؛ آن را پاک کنید و دوباره تایپ کنید."


WRONG = [
    ("shop", "name_fa", "", "نام فارسی فروشگاه را وارد کنید."),
    ("shop", "name_fa", "Golestan", "نام فارسی را به خط فارسی بنویسید؛ نام لاتین جای جداگانه دارد."),
    ("shop", "name_fa", f"گل{TURNED}ستان", hidden("نام فارسی فروشگاه")),
    ("shop", "name_fa", "گل\0ستان", unseen("نام فارسی فروشگاه")),
    ("shop", "name_fa", "ب" * 81, long("نام فارسی فروشگاه", "۸۰", "۸۱")),
    ("shop", "name_latin", "", "نام لاتین فروشگاه را وارد کنید."),
    ("shop", "name_latin", "گلستان", "نام لاتین را با حروف انگلیسی بنویسید، مانند Golestan Shop."),
    ("shop", "name_latin", "a" * 81, long("نام لاتین فروشگاه", "۸۰", "۸۱")),
    ("shop", "domain", "", "دامنه را وارد کنید."),
    ("shop", "domain", "shop", SUFFIX),
    ("shop", "domain", "co.ir", SUFFIX),
    ("shop", "domain", "localhost", SUFFIX),
    ("shop", "domain", "http://", NO_DOMAIN),
    ("shop", "domain", "127.0.0.1", NO_DOMAIN),
    ("shop", "domain", "shop..ir", NO_DOMAIN),
    ("shop", "domain", "shop.ir:99999", NO_DOMAIN),
    ("shop", "domain", "user@shop.ir", NO_DOMAIN),
    ("shop", "domain", "xn--a.ir", NO_DOMAIN),
    ("shop", "domain", "a" * 301, long("دامنه", "۳۰۰", "۳۰۱")),
    ("activity", "activity", "", "رسته فعالیت را انتخاب کنید."),
    ("activity", "activity", "999999", f"رسته فعالیت {LIST}"),
    ("activity", "activity", "0x1", f"رسته فعالیت {LIST}"),
    ("activity", "sale_method", "", "نحوه فروش را انتخاب کنید."),
    ("activity", "sale_method", "gift", f"نحوه فروش {LIST}"),
    ("contact", "email", "", "ایمیل را وارد کنید."),
    ("contact", "email", "mina", NO_EMAIL),
    ("contact", "email", "mina@", NO_EMAIL),
    ("contact", "email", "مینا@گل.ir", NO_EMAIL),
    ("contact", "province", "", "استان را انتخاب کنید."),
    ("contact", "province", "99", f"استان {LIST}"),
    ("contact", "city", "", "شهر را وارد کنید."),
    ("contact", "city", "ش" * 61, long("شهر", "۶۰", "۶۱")),
    ("contact", "city", f"{TURNED}تهران", hidden("شهر")),
    ("contact", "answering_hours", "", "ساعات پاسخ‌گویی را وارد کنید."),
    ("contact", "answering_hours", "س" * 121, long("ساعات پاسخ‌گویی", "۱۲۰", "۱۲۱")),
    ("turnover", "monthly_transactions", "", f"{COUNT} را وارد کنید."),
    ("turnover", "monthly_transactions", "-5", f"{COUNT} منفی نمی‌شود؛ عدد را بی نشانه بنویسید."),
    ("turnover", "monthly_transactions", "2.5", f"{COUNT} {ONLY_DIGITS}"),
    ("turnover", "monthly_transactions", "بیست", f"{COUNT} {ONLY_DIGITS}"),
    ("turnover", "monthly_transactions", "۲0", f"{COUNT} {TWO_SETS}"),
    ("turnover", "monthly_transactions", "10000000", f"{COUNT} نباید از ۱٬۰۰۰٬۰۰۰ بیشتر باشد؛ عدد را بررسی کنید."),
    ("turnover", "monthly_transactions", "9" * 5000, f"{COUNT} نباید از ۱٬۰۰۰٬۰۰۰ بیشتر باشد؛ عدد را بررسی کنید."),
    ("turnover", "monthly_transactions", "100", CAP),
    ("turnover", "turnover_million_toman", "", "گردش ماهانه (میلیون تومان) را وارد کنید."),
    ("turnover", "turnover_million_toman", "x", f"گردش ماهانه {ONLY_DIGITS}"),
    ("turnover", "turnover_million_toman", "1000001", "گردش ماهانه نباید از ۱٬۰۰۰٬۰۰۰ بیشتر باشد؛ عدد را بررسی کنید."),
    ("turnover", "turnover_million_toman", "100", CAP),
    ("volume", "monthly_transactions", "1e9", f"{COUNT} {ONLY_DIGITS}"),
    ("volume", "turnover_million_toman", "۱۲٫۵", f"گردش ماهانه {ONLY_DIGITS}"),
    ("place", "premises", "", "نوع محل را انتخاب کنید."),
    ("place", "premises", "villa", f"نوع محل {LIST}"),
    ("place", "tenure", "", "به پرسش «مالک محل هستید یا مستأجر؟» پاسخ دهید."),
    ("place", "tenure", "guest", "به پرسش «مالک محل هستید یا مستأجر؟» با یکی از گزینه‌های همین فهرست پاسخ دهید."),
    ("place", "postal_code", "", "کد پستی را وارد کنید."),
    ("place", "postal_code", "۱۲۳", "کد پستی باید ۱۰ رقم باشد؛ ۳ رقم وارد شده است."),
    ("place", "postal_code", "9" * 5000, "کد پستی باید ۱۰ رقم باشد؛ ۵۰۰۰ رقم وارد شده است."),
    (
        "place",
        "postal_code",
        "1111153658",
        "چهار رقم اول کد پستی یکسان نیست؛ کد را از روی قبض یا پلاک دوباره وارد کنید.",
    ),
    (
        "place",
        "postal_code",
        "1023456789",
        "در پنج رقم اول کد پستی ۰ و ۲ به کار نمی‌رود؛ رقم ۲ را ۰ وارد کرده‌اید. "
        "کد را از روی قبض یا پلاک دوباره وارد کنید.",
    ),
    ("place", "postal_code", "193954711x", f"کد پستی {ONLY_DIGITS}"),
    ("place", "postal_code", "۱۹۳۹5۴۷۱۱۳", f"کد پستی {TWO_SETS}"),
    ("place", "address", "", "نشانی را وارد کنید."),
    ("place", "address", "تهران", "نشانی برای رسیدن نامه کوتاه است؛ خیابان، کوچه، پلاک و واحد را بنویسید."),
    ("place", "address", "خ" * 301, long("نشانی", "۳۰۰", "۳۰۱")),
    ("place", "address", "خیابان\0بهار و پلاک ۱۲", unseen("نشانی")),
    ("place", "landline", "", "تلفن ثابت را وارد کنید."),
    ("place", "landline", "88881234", NO_AREA),
    ("place", "landline", "09121234567", IS_MOBILE),
    ("place", "landline", "+1 202 555 0101", "تلفن ثابت باید شمارهٔ ایران باشد؛ با ۰ یا +۹۸ شروع کنید."),
    ("place", "landline", "02188881234567", "تلفن ثابت با پیش‌شماره باید ۱۱ رقم باشد؛ ۱۴ رقم وارد شده است."),
    (
        "shop_account",
        "needs_account",
        "",
        "به پرسش «آیا خرید از فروشگاه شما نام کاربری می‌خواهد؟» پاسخ دهید.",
    ),
    (
        "shop_account",
        "needs_account",
        "perhaps",
        "به پرسش «آیا خرید از فروشگاه شما نام کاربری می‌خواهد؟» با یکی از گزینه‌های همین فهرست پاسخ دهید.",
    ),
    ("shop_account", "user_name", "", "نام کاربری آزمایشی را وارد کنید، یا پاسخ بالا را «نه» بگذارید."),
    ("shop_account", "user_name", "ن" * 121, long("نام کاربری آزمایشی", "۱۲۰", "۱۲۱")),
    ("shop_account", "password", "", "رمز حساب آزمایشی را وارد کنید تا ارزیاب بتواند وارد فروشگاه شود."),
    ("shop_account", "password", "p" * 201, long("رمز حساب آزمایشی", "۲۰۰", "۲۰۱")),
    (
        "shop_account",
        "password",
        "p\0p",
        "در رمز حساب آزمایشی نویسه‌ای پنهان هست؛ متن را دوباره تایپ کنید و از جایی کپی نکنید.",
    ),
    ("legal", "registered_name", "", "نام ثبتی را وارد کنید."),
    ("legal", "registered_name", "ش" * 121, long("نام ثبتی", "۱۲۰", "۱۲۱")),
    ("legal", "legal_id", "", "شناسه ملی را وارد کنید."),
    ("legal", "legal_id", "123", "شناسه ملی باید ۱۱ رقم باشد؛ ۳ رقم وارد شده است."),
    (
        "legal",
        "legal_id",
        "10380284791",
        "رقم‌های شناسه ملی با رقم کنترل آن جور نیست؛ شناسه را از روی روزنامهٔ رسمی یا آگهی ثبت دوباره وارد کنید.",
    ),
    (
        "legal",
        "legal_id",
        "10300000000",
        "این عدد شناسه ملی هیچ شرکتی نیست؛ شناسه را از روی روزنامهٔ رسمی یا آگهی ثبت وارد کنید.",
    ),
    ("legal", "registration_number", "", "شماره ثبت را وارد کنید."),
    ("legal", "registration_number", "ب۱", f"شماره ثبت {ONLY_DIGITS}"),
    ("legal", "registration_number", "12345678901", "شماره ثبت حداکثر ۱۰ رقم است؛ ۱۱ رقم وارد شده است."),
    ("legal", "gazette_number", "", "شماره روزنامه رسمی را وارد کنید."),
    ("legal", "gazette_number", "12345678901", "شماره روزنامه رسمی حداکثر ۱۰ رقم است؛ ۱۱ رقم وارد شده است."),
    ("legal", "gazette_date", "", "تاریخ روزنامه رسمی را وارد کنید؛ مانند ۱۴۰۵/۰۸/۳۰."),
    ("legal", "gazette_date", "۱۴۰۳/۱۳/۱", "تاریخ روزنامه رسمی: ماه باید بین ۱ و ۱۲ باشد؛ ۱۳ وارد شده است."),
    ("legal", "gazette_date", "2024/05/01", "سال ۲۰۲۴ میلادی است؛ تاریخ را شمسی وارد کنید، مانند ۱۴۰۵/۰۸/۳۰."),
    (
        "legal",
        "gazette_date",
        "دیروز",
        "تاریخ را به ترتیب سال، ماه و روز با سال چهاررقمی وارد کنید؛ مانند ۱۴۰۵/۰۸/۳۰.",
    ),
    ("legal", "gazette_date", "۱۴۹۰/۰۱/۰۱", "تاریخ روزنامه رسمی نمی‌تواند پس از امروز باشد؛ سال و ماه را بررسی کنید."),
    ("legal", "director_name", "", "نام و نام خانوادگی مدیرعامل را وارد کنید."),
    ("legal", "director_name", "م" * 81, long("نام و نام خانوادگی مدیرعامل", "۸۰", "۸۱")),
    ("legal", "director_name", f"مینا{TURNED}", hidden("نام و نام خانوادگی مدیرعامل")),
    ("legal", "director_national_code", "", "کد ملی مدیرعامل را وارد کنید."),
    ("legal", "director_national_code", "123", "کد ملی باید ۱۰ رقم باشد؛ ۳ رقم وارد شده است."),
    (
        "legal",
        "director_national_code",
        "1111111111",
        "این عدد کد ملی هیچ‌کس نیست؛ کد ملی را از روی کارت ملی وارد کنید.",
    ),
    (
        "legal",
        "director_national_code",
        "0013542418",
        "رقم‌های کد ملی با رقم کنترل آن جور نیست؛ کد ملی را از روی کارت ملی دوباره وارد کنید.",
    ),
    ("legal", "capacity", "", "به پرسش «شما در شرکت چه سمتی دارید؟» پاسخ دهید."),
    ("legal", "capacity", "friend", "به پرسش «شما در شرکت چه سمتی دارید؟» با یکی از گزینه‌های همین فهرست پاسخ دهید."),
    ("legal", "board", "", "اعضای هیئت مدیره را وارد کنید."),
    (
        "legal",
        "board",
        "\n".join(["سارا کریمی، عضو"] * 16),
        "هیئت مدیره حداکثر ۱۵ عضو می‌پذیرد؛ ۱۶ سطر نوشته شده است. هر عضو را در یک سطر بنویسید.",
    ),
    ("legal", "board", "ع" * 1501, long("اعضای هیئت مدیره", "۱۵۰۰", "۱۵۰۱")),
]


@pytest.fixture
def owner():
    return factories.applicant()


@pytest.fixture
def draft(owner, client):
    """`draft("natural", "micro")` → the reference of a fresh draft of the signed-in owner."""
    client.force_login(owner.user)

    def open_draft(person_type="legal", mode="normal"):
        return use_cases.run(open_business, owner.user.actor(), person_type=person_type, mode=mode).reference

    return open_draft


def fill(client, reference, section, **changed):
    answers = GOOD[section] | changed
    if answers.get("activity") == "handicraft":
        answers["activity"] = str(Activity.objects.get(code="handicraft").pk)
    return client.post(f"/panel/{reference}/form/{section}/", answers)


@pytest.mark.parametrize("section", GOOD)
def test_wrong_answers_are_named_and_nothing_typed_is_lost(draft, client, section, caplog):
    reference = draft("natural", "micro") if section == "turnover" else draft()
    for at, name, typed, message in WRONG:
        if at != section:
            continue
        response = fill(client, reference, section, **{name: typed})
        form = response.context["form"]
        told = [*form.errors.get(name, []), *form.non_field_errors()]
        assert (name, typed[:40], response.status_code, told) == (name, typed[:40], 400, [message])
        page = html.unescape(response.content.decode())
        for field, kept in (GOOD[section] | {name: typed}).items():
            if field != "activity" and not _is_choice(form, field):
                assert kept.replace("\0", "") in page.replace("\0", ""), (name, field)


def _is_choice(form, field):
    return hasattr(form.fields[field], "choices")


def test_every_question_of_every_section_has_a_wrong_answer_above():
    asked = {(key, name) for key, section in SECTIONS.items() for name in section.form.base_fields}
    seen = {(section, name) for section, name, _, _ in WRONG}
    without = {("volume", "monthly_transactions"), ("logo", "logo"), ("legal", "gazette_number")}
    assert asked - seen - without == set()


@pytest.mark.parametrize("person_type", ["natural", "legal"])
@pytest.mark.parametrize("mode", ["micro", "no_online_sale", "normal"])
def test_the_sections_of_each_kind_lead_one_to_the_next_and_read_back(draft, client, person_type, mode):
    reference = draft(person_type, mode)
    case = Application.objects.get(reference=reference)
    assert (mode == "micro") == ("turnover" in case.requirement.sections)
    assert (person_type == "legal") == ("legal" in case.requirement.sections)
    for place, key in enumerate(case.requirement.sections):
        answer = client.post(f"/panel/{reference}/form/logo/") if key == "logo" else fill(client, reference, key)
        following = [*case.requirement.sections, ""][place + 1]
        ahead = f"form/{following}/" if following else "check/"
        assert answer.headers["Location"] == f"/panel/{reference}/{ahead}"
    page = client.get(f"/panel/{reference}/check/").content.decode()
    assert "گلستان هنر" in page
    assert "p@ss word" not in page
    assert ("شرکت بازرگانی نمونه" in page) == (person_type == "legal")
    for key in case.requirement.sections:
        assert client.get(f"/panel/{reference}/form/{key}/").status_code == 200


def test_pii_2_place_account_and_directors_are_sealed_in_the_tables(draft, client):
    reference = draft()
    for key in ("place", "shop_account", "legal"):
        assert fill(client, reference, key).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("select * from applications_business")
        rows = [cursor.fetchall()]
        cursor.execute("select * from applications_legalperson")
        rows.append(cursor.fetchall())
    held = b"".join(
        bytes(cell) for table in rows for row in table for cell in row if isinstance(cell, bytes | memoryview)
    )
    texts = " ".join(str(cell) for table in rows for row in table for cell in row if isinstance(cell, str))
    for secret in ("ولیعصر", "1939447113", "+982188881234", "tester", "p@ss", "رستمی", "0013542419", "سارا"):
        assert secret not in texts
        assert secret.encode() not in held


def test_an_empty_password_keeps_the_one_given_before(draft, client):
    reference = draft()
    fill(client, reference, "shop_account")
    assert "p@ss word" not in client.get(f"/panel/{reference}/form/shop_account/").content.decode()
    fill(client, reference, "shop_account", password="")
    kept = Application.objects.get(reference=reference).business.shop_test_account
    assert dict(kept) == {"user_name": "tester", "password": "p@ss word "}
    assert fill(client, reference, "shop_account", user_name="another", password="").status_code == 400
    fill(client, reference, "shop_account", needs_account="no", user_name="", password="")
    assert dict(Application.objects.get(reference=reference).business.shop_test_account) == {}


def test_what_looks_odd_is_a_notice_not_an_error(draft, client):
    reference = draft()
    fill(client, reference, "contact", province="10", city="شهرِ ناشناس")
    answer = fill(client, reference, "place", postal_code="1939547112")
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).content.decode()
    for words in (
        "پیش‌شمارهٔ ۰۲۱ برای استان تهران است، نه استان اصفهان؛ شماره و نشانی را مقایسه کنید.",
        "رقم پنجم کد پستی کمتر ۵ است",
        "در پنج رقم آخر کد پستی کمتر ۲ دیده می‌شود",
    ):
        assert words in page
        assert words in client.get(f"/panel/{reference}/check/").content.decode()
    assert "در فهرست شهرهای استان اصفهان نیست" in client.get(f"/panel/{reference}/check/").content.decode()


def test_each_kind_tells_its_fee_stars_and_usual_time(draft, client):
    draft()
    page = client.get("/panel/new/").content.decode()
    assert "تعرفه ۵۰٬۰۰۰ تومان، بدون ستاره، اعتبار ۱۲ ماه، زمان معمول: حدود ۱۰ دقیقه" in page
    assert "تعرفه ۱۷۵٬۰۰۰ تومان، ۱ ستاره، اعتبار ۲۴ ماه، زمان معمول: ۷ تا ۱۰ روز" in page
    assert page.count('name="kind"') == 6


@pytest.mark.parametrize("section", [*GOOD, "logo"])
def test_authz_1_a_foreign_form_is_not_found(draft, client, section):
    reference = draft("natural", "micro") if section == "turnover" else draft()
    client.force_login(factories.applicant("+989121110000", national_code="0499370899").user)
    assert client.get(f"/panel/{reference}/form/{section}/").status_code == 404
    assert client.post(f"/panel/{reference}/form/{section}/", {}).status_code == 404
