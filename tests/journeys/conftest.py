"""The whole portal as `make run` starts it, a phone-sized Chromium, and axe on every page that is looked at."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.sandbox_process import SandboxProcess

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PATIENCE_MS = 20_000


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Portal:
    def __init__(self, url, sandbox, process):
        self.url, self.sandbox, self.process = url, sandbox, process


def _answers(port):
    with closing(HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def _let_one_address_ask_often(database):
    """Everybody in these journeys sits behind 127.0.0.1, which may ask for ten codes an hour."""
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        connection.execute("UPDATE applications_limit SET value = 1000 WHERE key = 'code_sends_hour_per_visitor'")


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """`python -m deploy.supervise`: granian, the worker, beat and the sandbox, on free ports."""
    var, port, sandbox_port = tmp_path_factory.mktemp("portal"), free_port(), free_port()
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment = kept | {
        "PORTAL_VAR": str(var),
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
        "DJANGO_SETTINGS_MODULE": "enamad_portal.settings.embedded",
    }
    command = [sys.executable, "-m", "deploy.supervise"]
    with (var / "supervise.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        ends = time.monotonic() + 120
        while not _answers(port):
            assert process.poll() is None and time.monotonic() < ends, (var / "supervise.log").read_text()[-3000:]
            time.sleep(0.2)
        _let_one_address_ask_often(var / "portal.sqlite3")
        sandbox = SandboxProcess(var)
        sandbox.url = f"http://127.0.0.1:{sandbox_port}"
        yield Portal(f"http://127.0.0.1:{port}", sandbox, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def device(chromium, portal):
    """`device()` is a new person's browser; JavaScript errors and CSP complaints fail the journey."""
    contexts, complaints = [], []

    def open_device(size=PHONE, *, script=True, dark=False):
        context = chromium.new_context(
            base_url=portal.url,
            viewport=size,
            locale="fa-IR",
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None
        )
        contexts.append(context)
        return page

    yield open_device
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def look():
    """`look(page, name)`: axe finds nothing, nothing overflows; a picture lands in JOURNEY_PICTURES when set."""
    axe, folder, number = Axe(), os.environ.get("JOURNEY_PICTURES"), [0]

    def at(page, name):
        found = axe.run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == [], name
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{name} overflows sideways by {width} px"
        if folder:
            number[0] += 1
            page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)

    return at


expect.set_options(timeout=PATIENCE_MS)
