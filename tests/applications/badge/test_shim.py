from datetime import timedelta
from wsgiref.util import setup_testing_defaults
from xml.etree import ElementTree as ET

import pytest

from applications.badge.drawing import Variant, draw
from applications.badge.shim import BadgeShim
from applications.lifecycle import BadgeState
from applications.models import Badge
from tests.applications.badge.referer_cases import OWNER, rows
from tests.applications.factories import NOON

UNKNOWN_ID = "a" * 26


def passed_on(environ, start_response):
    start_response("418 Django", [])
    return [environ["PATH_INFO"].encode()]


@pytest.fixture
def get(badges):
    """Asks the shim as a server would; (status, headers, body)."""
    shim = BadgeShim(passed_on, badges)

    def ask(path, method="GET", **headers):
        environ = {"REQUEST_METHOD": method}
        setup_testing_defaults(environ)
        path, _, query = path.partition("?")
        environ |= {"PATH_INFO": path, "QUERY_STRING": query}
        environ |= {f"HTTP_{name.upper()}": value.encode().decode("latin-1") for name, value in headers.items()}
        seen = {}

        def start_response(status, found, exc_info=None):
            seen.update(status=status, headers=dict(found))
            assert len(found) == len(seen["headers"])

        body = b"".join(shim(environ, start_response))
        return seen["status"], seen["headers"], body

    return ask


@pytest.fixture
def shop(make_badge, badges, spool_dir):
    badge = make_badge(OWNER, stars=1)
    badges.refresh()
    return badge


def logo(badge):
    return f"/badge/{badge.public_id}.svg"


def test_bdg_3_own_host_or_none_gets_the_badge_to_the_letter(get, shop):
    status, headers, body = get(logo(shop), referer=f"https://www.{OWNER}/cart")
    assert status == "200 OK"
    assert headers == {
        "Content-Type": "image/svg+xml; charset=utf-8",
        "Vary": "Referer",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cache-Control": "public, max-age=240, must-revalidate",
        "ETag": '"1-0-1-1-own"',
        "Content-Length": str(len(body)),
    }
    assert body == draw(Variant.OWN, OWNER, 1, 1)
    assert get(logo(shop)) == (status, headers, body)


def test_bdg_3_foreign_host_gets_whose_badge_it_is(get, shop):
    status, headers, body = get(logo(shop), referer="https://evil.com/")
    assert (status, headers["Cache-Control"]) == ("200 OK", "private, max-age=60, must-revalidate")
    assert headers["ETag"] == '"1-0-1-1-foreign"'
    assert f"این نماد متعلق به {OWNER} است" in body.decode()


def test_bdg_3_unknown_id_is_grey_with_200(get, shop):
    for path in (f"/badge/{UNKNOWN_ID}.svg", "/badge/short.svg", "/badge/.svg", "/trustseal/logo.aspx?ID=1&code=abc"):
        status, headers, body = get(path, referer="https://evil.com/")
        assert (status, headers["Cache-Control"]) == ("200 OK", "public, max-age=10")
        assert body == draw(Variant.UNKNOWN)


@pytest.mark.parametrize(
    "path",
    ["/", "/badge/", "/badge", f"/badge/{UNKNOWN_ID}.png", "/badges/x.svg", "/v/x/", "/trustseal/", "/trustseal/x"],
)
def test_everything_else_is_djangos(get, path):
    assert get(path) == ("418 Django", {}, path.encode())


def test_bdg_3_every_row_of_the_referer_table(get, make_badge, badges, spool_dir):
    paths = {owner: logo(make_badge(owner)) for owner in {owner for owner, _, _ in rows()}}
    badges.refresh()
    wrong = [
        (owner, text)
        for owner, text, expected in rows()
        if (expected == "foreign") != ("foreign" in get(paths[owner], referer=text)[1]["ETag"])
    ]
    assert wrong == []


def test_a_copy_that_is_current_is_not_sent_again(get, shop):
    etag = get(logo(shop))[1]["ETag"]
    for header in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        status, headers, body = get(logo(shop), if_none_match=header)
        assert (status, body, headers["ETag"]) == ("304 Not Modified", b"", etag)
        assert headers["Cache-Control"] == "public, max-age=240, must-revalidate"
        assert headers.keys().isdisjoint({"Content-Type", "Content-Length", "Set-Cookie"})
    for header in ('"other"', '"1-0-1-1-foreign"', "1-0-1-1-own"):
        assert get(logo(shop), if_none_match=header)[0] == "200 OK"
    assert get(logo(shop), if_none_match=etag, referer="https://evil.com/")[0] == "200 OK"


def test_head_has_the_headers_only_and_other_methods_are_refused(get, shop):
    assert get(logo(shop), method="HEAD") == (*get(logo(shop))[:2], b"")
    status, headers, _ = get(logo(shop), method="POST")
    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD")


def test_the_id_is_compared_without_case_as_nginx_does(get, shop):
    assert get(logo(shop).replace(shop.public_id, shop.public_id.upper()))[1]["ETag"] == '"1-0-1-1-own"'


def test_bdg_12_no_cookie_and_transport_security_where_it_is_set(settings, badges, shop):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 60, True
    settings.SECURE_HSTS_PRELOAD = False
    shim = BadgeShim(passed_on, badges)
    seen = {}
    shim({"PATH_INFO": logo(shop), "REQUEST_METHOD": "GET"}, lambda _, headers: seen.update(dict(headers)))
    assert seen["Strict-Transport-Security"] == "max-age=60; includeSubDomains"
    assert "Set-Cookie" not in seen


def test_bdg_4_a_revocation_shows_at_the_next_look(get, shop, badges):
    etag = get(logo(shop))[1]["ETag"]
    Badge.objects.filter(pk=shop.pk).update(state=BadgeState.REVOKED, version=1, changed_at=NOON + timedelta(days=3))
    assert get(logo(shop))[1]["ETag"] == etag
    badges.refresh()
    status, headers, body = get(logo(shop), if_none_match=etag)
    assert (status, headers["ETag"]) == ("200 OK", '"1-1-7-1-own"')
    assert "ابطال شده" in body.decode()


def test_bdg_5_unread_for_five_minutes_shows_no_state(get, shop, badges, monotonic):
    monotonic.seconds += 299.9
    assert get(logo(shop))[1]["ETag"] == '"1-0-1-1-own"'
    monotonic.seconds += 0.1
    status, headers, body = get(logo(shop), referer="https://evil.com/")
    assert (status, headers["Cache-Control"], headers["ETag"]) == ("200 OK", "public, max-age=10", '"1-neutral"')
    assert body == draw(Variant.NEUTRAL)
    badges.refresh()
    assert get(logo(shop))[1]["ETag"] == '"1-0-1-1-own"'


def test_bdg_5_before_the_first_read_it_is_neutral(get):
    assert get(f"/badge/{UNKNOWN_ID}.svg")[1]["ETag"] == '"1-neutral"'


def test_bdg_7_a_foreign_page_is_noted_without_its_visitor(get, shop, spool_dir):
    get(logo(shop), referer="https://Evil.com/page?name=sara", user_agent="x", x_forwarded_for="10.1.2.3")
    get(logo(shop), referer="null")
    get(logo(shop), referer=f"https://{OWNER}/")
    lines = [line for path in spool_dir.glob("misuse-*") for line in path.read_text().splitlines()]
    assert [line.rsplit(" ", 1)[0] for line in lines] == [f"{shop.public_id} evil.com"]


@pytest.mark.parametrize("variant", Variant)
@pytest.mark.parametrize("code", [1, 3, 5, 6, 7, 8])
@pytest.mark.parametrize("stars", [0, 1, 2, 5])
def test_bdg_2_every_picture_is_a_plain_small_svg(variant, code, stars):
    picture = draw(variant, OWNER, code, stars)
    root = ET.fromstring(picture)
    assert (root.get("width"), root.get("height")) == ("120", "120")
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "path", "text", "g", "circle"}
    assert not [name for element in root.iter() for name in element.attrib if "href" in name or name.startswith("on")]
    assert len(picture) < 3000


def test_bdg_11_a_hostile_name_is_only_text():
    picture = draw(Variant.OWN, '<script>alert("1")</script>&', 1, 1)
    assert b"<script" not in picture
    assert ET.fromstring(picture).findtext("{*}title") == 'نماد <script>alert("1")</script>&'


def test_the_end_of_a_long_domain_is_always_drawn():
    for name in ("a" * 63 + ".ir", "evil." * 30 + "golestan-shop.ir", "x-" * 20 + "y.co.ir", "sub." * 4 + "shop.ir"):
        drawn = "".join(
            text.text for text in ET.fromstring(draw(Variant.OWN, name, 1, 1)).iter() if text.get("direction") == "ltr"
        )
        assert drawn.endswith(name[-25:])
        assert len(drawn) <= 60


def test_names_of_other_scripts_are_drawn_in_their_script():
    assert "گلستان.ایران" in draw(Variant.OWN, "xn--mgbf0a8dn93d.xn--mgba3a4f16a", 1, 1).decode()
