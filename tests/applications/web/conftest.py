"""Pages in Chromium, phone and desk, light and dark: axe finds nothing and all fits; pictures in JOURNEY_PICTURES."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


def signed_in(user):
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = django_settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    return session.session_key


@pytest.fixture
def looks(chromium, live_server):
    """`looks(case, name)` opens a page and looks at it in each size and light; `press` presses that button first."""
    folder, contexts = os.environ.get("JOURNEY_PICTURES"), []

    def look(case, name, picture, *more, press="", query=""):
        context = chromium.new_context(locale="fa-IR")
        contexts.append(context)
        cookie = {"name": "sessionid", "value": signed_in(case.business.owner.user), "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"{live_server.url}{reverse(f'applications:{name}', args=[case.reference, *more])}{query}")
        if press:
            page.get_by_role("button", name=press).click()
        for size in SIZES:
            page.set_viewport_size(size)
            for light in ("light", "dark"):
                page.emulate_media(color_scheme=light)
                examine(page, picture)
                if folder:
                    page.screenshot(path=f"{folder}/{picture}-{size['width']}-{light}.png", full_page=True)

    yield look
    for context in contexts:
        context.close()


def examine(page, name):
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == [], name
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{name} overflows sideways by {width} px"
