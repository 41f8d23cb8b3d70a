"""The sandbox as a process: its size, its memory of things, its manners."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.roots import trusted_roots
from enamad_portal.providers.sms import HttpSms
from enamad_portal.sandbox import gateway, magic
from enamad_portal.sandbox.behaviour import Fault
from enamad_portal.sandbox.codes import codes_in
from enamad_portal.sandbox.world import sandbox_network
from tests.sandbox_process import ROOT, SandboxProcess

LARGEST_KIB = 35 * 1024


@pytest.fixture
def own(tmp_path):
    process = SandboxProcess(tmp_path).start()
    yield process
    process.stop()


def send(process, reference, text="کد: 4821"):
    HttpSms(url=f"{process.url}/api/sms", secret=process.secret, timeout_s=5).send(
        to="09121110020", text=text, reference=reference
    )


def resident_kib(pid):
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def test_it_stays_small(own):
    own.shop("گلفروشی.test")
    for number in range(50):
        send(own, f"r-{number}")
        own.call("GET", "/")
    assert resident_kib(own.pid) < LARGEST_KIB


def test_it_stays_small_with_many_shops_on_tls(own):
    own.shops([f"many-{number}.test" for number in range(200)])
    resolver, dialer, ca_pem = sandbox_network(own.url)
    door = Door(resolver, dialer, trusted_roots(ca_pem), "test")
    assert [number for number in range(200) if not door.get(f"https://many-{number}.test/").ok] == []
    assert resident_kib(own.pid) < LARGEST_KIB


def test_rel_8_twenty_sends_at_once_of_one_reference_are_one_effect(sandbox):
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: send(sandbox, "at-once"), range(20)))
    (counted,) = [one for one in sandbox.json("GET", "/effects.json") if one["reference"] == "at-once"]
    assert (counted["requests"], counted["count"]) == (20, 1)


def test_it_never_imports_django():
    script = "import sys, enamad_portal.sandbox.__main__; print([m for m in sys.modules if m.split('.')[0] in HEAVY])"
    heavy = "{'django', 'trustme', 'cryptography', 'requests', 'celery'}"
    code = script.replace("HEAVY", heavy)
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_sigterm_ends_it_with_success(own):
    assert own.stop() == 0


@pytest.mark.crash
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_restart_forgets_nothing(own, end):
    send(own, "kept")
    own.put("golestan.test", "head", html="<meta kept>")
    own.behave(sms={"deduplicate": True, "answer_after_s": 0.7})
    before = own.inbox()
    getattr(own, end)()
    own.start()
    send(own, "kept")
    assert own.inbox() == before
    assert own.effects() == {"kept": 1}
    assert own.json("GET", "/behaviour")["sms"]["answer_after_s"] == 0.7
    shops = own.json("GET", "/shops.json")
    assert "<meta kept>" in shops[0]["pages"]["/"]["body"]
    assert [shop["address4"] for shop in shops] == ["192.0.33.1", "192.0.33.2", "192.0.33.3"]


def test_a_taken_port_is_one_clear_line(own, tmp_path):
    environment = os.environ | {
        "PORTAL_VAR": str(tmp_path / "other"),
        "SANDBOX_PORT": own.url.rpartition(":")[2],
        "PROVIDER_SECRET": "s",
    }
    command = [sys.executable, "-m", "enamad_portal.sandbox"]
    found = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert len(found.stderr.splitlines()) == 1
    assert "cannot start on 127.0.0.1:" in found.stderr


def test_the_secret_comes_from_the_portals_file(tmp_path):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "provider").write_text("from-the-file\n", encoding="ascii")
    process = SandboxProcess(tmp_path, secret="")
    with process:
        process.secret = "from-the-file"
        send(process, "file-secret")
        assert process.effects("sms") == {"file-secret": 1}


def test_what_is_asked_of_the_wrong_door_is_refused(sandbox):
    answers = [
        sandbox.call("POST", "/api/sms/send", {"to": "1"})[0],
        sandbox.call("POST", "/api/none/send", {})[0],
        sandbox.call("GET", "/nowhere")[0],
        sandbox.call("DELETE", "/inbox.json")[0],
        sandbox.call("POST", "/behaviour", {"none": {}})[0],
        sandbox.call("POST", "/behaviour", {"sms": {"none": 1}})[0],
        sandbox.call("POST", "/behaviour", {"sms": {"status": "x"}})[0],
        sandbox.call("POST", "/behaviour", [])[0],
    ]
    assert answers == [401, 404, 404, 405, 422, 422, 422, 400]


def test_the_inbox_is_as_promised(sandbox):
    send(sandbox, "inbox-1", "کد ورود: ۱۲۳۴۵")
    send(sandbox, "inbox-2", "بدون رمز")
    found = sandbox.json("GET", "/inbox.json?channel=sms&to=09121110020")
    assert [list(one) for one in found[:2]] == [["id", "channel", "to", "subject", "text", "codes", "at"]] * 2
    assert [(one["text"], one["codes"]) for one in found[:2]] == [("بدون رمز", []), ("کد ورود: ۱۲۳۴۵", ["12345"])]
    assert sandbox.json("GET", "/inbox.json?channel=email&to=09121110020") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("کد ورود شما: ۴۸۲۱۳۷", ["482137"]),
        ("کدهای نامه: 1234 و 5678", ["1234", "5678"]),
        ("کد پستی 1193653591\nکد شما 12345", ["12345"]),
        ("مبلغ ۱۷۵۰۰۰ ریال", ["175000"]),
        ("http://127.0.0.1:8000/x", []),
        ("رمز یک‌بار مصرف: ٩٨٧٦٥٤", ["987654"]),
        ("تلفن ۰۲۱-۸۸۷۷۶۶۵۵ کد 4455", ["4455"]),
        ("کد احراز: abcdefghijklmnopqrstuvwxyz234567\n۷ روز", ["abcdefghijklmnopqrstuvwxyz234567"]),
        ("https://x.test/v/abcdefghijklmnopqrstuvwxyz234567 کد 4455", ["4455"]),
    ],
)
def test_codes_are_found_in_persian_text(text, codes):
    assert codes_in(text) == codes


def test_the_home_page_lists_every_magic_value(sandbox):
    status, headers, raw = sandbox.call("GET", "/")
    page = raw.decode()
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert '<html lang="fa" dir="rtl">' in page
    assert [one.example for one in magic.MAGIC if one.example not in page] == []


def test_magic_examples_pass_the_checks_of_form():
    assert magic.national_code("007622964") == "0076229645"
    assert magic.legal_id("1038028479") == "10380284790"
    assert magic.legal_id("1032089487") == "10320894878"


def test_messages_are_shown_as_text(sandbox):
    send(sandbox, "xss", "<script>alert(1)</script>")
    page = sandbox.call("GET", "/")[2].decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_people_can_do_everything_by_forms(sandbox):
    def post(path, origin=None, **fields):
        parts = urlsplit(sandbox.url)
        connection = HTTPConnection(parts.hostname, parts.port, timeout=5)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"Origin": origin} if origin else {})
        connection.request("POST", path, urlencode(fields), headers)
        status = connection.getresponse().status
        connection.close()
        return status

    shop = "/ui/shops/naqes.test"
    assert post(f"{shop}/head", html='<meta name="enamad" content="t">', origin=sandbox.url) == 303
    assert post(f"{shop}/txt", name="_enamad-challenge.naqes.test", values="t") == 303
    assert post(f"{shop}/tls", tls="valid") == 303
    assert post(f"{shop}/tls", tls="none") == 422
    assert post(f"{shop}/head") == 422
    assert post("/ui/call", caller="02188776655", digits="1234") == 303
    assert post(f"{shop}/head", html="x", origin="http://evil.test") == 403
    assert post(f"{shop}/head", html="x", origin="null") == 403
    found = next(one for one in sandbox.json("GET", "/shops.json") if one["domain"] == "naqes.test")
    assert (found["tls"], found["texts"]) == ("valid", {"_enamad-challenge.naqes.test": ["t"]})
    status, _, page = sandbox.call("GET", "/shops/naqes.test")
    assert (status, "_enamad-challenge.naqes.test" in page.decode()) == (200, True)
    assert '<meta name="enamad" content="t">' in sandbox.call("GET", "/shops/naqes.test/preview/")[2].decode()
    sandbox.change_shop("naqes.test", tls="off")


def test_the_readme_lists_every_magic_value_action_and_behaviour():
    text = (ROOT / "enamad_portal/sandbox/README.md").read_text(encoding="utf-8")
    rows = [f"| `{one.mark}` | `{one.example}` |" for one in magic.MAGIC]
    names = [f"`{name}`" for name in (*gateway.ACTIONS, *asdict(Fault()))]
    assert [part for part in rows + names if part not in text] == []
