"""Persian at the rim, and the promise that every page keeps the strict policy."""

import datetime as dt
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.context import portal
from enamad_portal.kernel.styleguide import ICONS, styleguide
from enamad_portal.kernel.templatetags import persian

TEMPLATES = settings.BASE_DIR / "templates"
OWN = [*TEMPLATES.glob("*.html"), *TEMPLATES.glob("components/*.html"), *TEMPLATES.glob("styleguide/*.html")]
STATIC = settings.BASE_DIR / "static" / "portal"


def rendered(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


def test_filters_are_there_without_loading() -> None:
    instant = dt.datetime(2026, 11, 21, 10, 35, tzinfo=dt.UTC)
    page = rendered(
        "{{ n|fa }}|{{ at|jdate }}|{{ at|jdatetime }}|{{ r|rial }}|{{ r|toman }}", n=12, at=instant, r=12_500_000
    )
    assert page == "۱۲|۳۰ آبان ۱۴۰۵|۳۰ آبان ۱۴۰۵، ساعت ۱۴:۰۵|۱۲٬۵۰۰٬۰۰۰ ریال|۱٬۲۵۰٬۰۰۰ تومان"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("shop.ir", '<bdi dir="ltr">shop.ir</bdi>'),
        ("xn--mgba3gch31f060k.com", '<bdi dir="ltr">نامه\u200cای.com</bdi>'),
        ("صنایع-دستی.ایران", '<bdi dir="rtl">صنایع-دستی.ایران</bdi>'),
        ("www.فروشگاه.ایران", '<bdi dir="ltr"><bdi>www</bdi>.<bdi>فروشگاه</bdi>.<bdi>ایران</bdi></bdi>'),
        ("xn--a.ir", '<bdi dir="ltr">xn--a.ir</bdi>'),
        ("<b>.ir", '<bdi dir="ltr">&lt;b&gt;.ir</bdi>'),
        ("", '<bdi dir="ltr"></bdi>'),
    ],
)
def test_a_domain_reads_in_the_order_of_its_labels(name: str, shown: str) -> None:
    assert rendered("{{ name|host }}", name=name) == shown


def test_the_absent_is_a_dash() -> None:
    assert rendered("{{ x|jdate }}{{ x|jdatetime }}{{ x|rial }}{{ x|toman }}[{{ x|fa }}]", x=None) == "————[]"


def test_an_amount_that_is_no_whole_toman_stays_in_rial() -> None:
    assert persian.toman(1_255) == "۱٬۲۵۵ ریال"


@given(st.integers(min_value=0, max_value=10**15))
def test_toman_loses_no_rial(amount: int) -> None:
    said, unit = persian.toman(amount).split(" ")
    assert int(said.replace("٬", "")) * (10 if unit == "تومان" else 1) == amount


@pytest.mark.parametrize(
    ("count", "full", "words"),
    [(0, 0, "بی‌ستاره"), (1, 1, "۱ ستاره از ۲"), (2, 2, "۲ ستاره از ۲"), (9, 2, "۲ ستاره از ۲")],
)
def test_stars_are_also_said_in_words(count: int, full: int, words: str) -> None:
    shown = persian.stars(count)
    assert (shown.count("star--full"), shown.count("star--empty"), f'aria-label="{words}"' in shown) == (
        full,
        2 - full,
        True,
    )


@pytest.mark.parametrize(
    ("days", "text"), [(9, "۹ روز کاری مانده"), (0, "امروز آخرین روز است"), (-2, "۲ روز کاری گذشته")]
)
def test_days_left(days: int, text: str) -> None:
    assert persian.days_left(days, "روز کاری") == text


def test_page_numbers_have_gaps() -> None:
    assert list(persian.page_range(Paginator(range(190), 10), 7)) == [1, "…", 6, 7, 8, "…", 19]


def test_txt_1_copied_text_is_escaped_and_left_to_right() -> None:
    box = rendered("{% copy_box line 'برچسب' %}", line='<meta name="enamad">')
    assert '<code class="copy__value" dir="ltr">&lt;meta name=&quot;enamad&quot;&gt;</code>' in box


def test_every_icon_that_a_page_asks_for_is_in_the_sprite() -> None:
    sprite = {symbol.get("id") for symbol in ET.parse(STATIC / "icons" / "icons.svg").getroot()}
    asked = {
        name for page in TEMPLATES.rglob("*.html") for name in re.findall(r'{% icon "([^"]+)"', page.read_text("utf-8"))
    }
    assert (asked | set(ICONS)) - sprite == set()


@pytest.mark.parametrize("page", OWN, ids=lambda path: path.name)
def test_set_4_templates_hold_no_inline_style_script_or_handler(page: Path) -> None:
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", page.read_text("utf-8")) == []


def test_the_style_sheet_knows_no_left_and_right() -> None:
    sides = "left|right|top|bottom"
    physical = rf"(?<![\w-])(?:margin|padding|border|inset)-(?:{sides})|(?<![\w-])(?:{sides}|width|height)\s*:"
    css = re.sub(r"@media[^{]*", "", (STATIC / "css" / "portal.css").read_text("utf-8"))
    assert re.findall(physical, css) == []


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?form=bad"])
def test_the_style_page_shows_every_component(query: str) -> None:
    page = styleguide(RequestFactory().get(f"/styleguide/{query}")).content.decode()
    classes = "button turn task-list timeline chip notice tabs "
    classes += "card answers table empty pagination stars domain deadline evidence copy verdict"
    assert [name for name in classes.split() if f'class="{name}' not in page] == []
    assert 'lang="fa" dir="rtl"' in page


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_no_context(name: str) -> None:
    page = engines["django"].get_template(name).template.source
    assert "نماد تجارت الکترونیکی" in rendered(page)


def test_the_context_reads_no_database_and_names_the_world() -> None:
    known = portal(RequestFactory().get("/"))
    assert (known["product_name"], known["world"], known["base_url"]) == (
        settings.PRODUCT_NAME_FA,
        settings.WORLD,
        settings.BASE_URL,
    )


@pytest.mark.parametrize(("world", "shown"), [("sandbox", 1), ("real", 0)])
def test_the_sandbox_says_so_on_every_page(world: str, shown: int) -> None:
    assert rendered('{% include "components/header.html" %}', world=world).count("محیط آزمایشی") == shown
