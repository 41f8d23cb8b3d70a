"""nginx and the shim give the same answers: the same Referer table, the same headers, the same bytes."""

import contextlib
import http.client
import re
import shutil
import time
from collections import Counter
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.management import call_command

from applications.badge import export
from applications.badge.drawing import Variant, draw
from applications.badge.shim import BadgeShim
from applications.lifecycle import BadgeState
from deploy.private_services import nginx
from deploy.processes import free_port
from tests.applications.badge.referer_cases import OWNER, rows

OURS = (
    "Content-Type",
    "Content-Length",
    "Cache-Control",
    "ETag",
    "Vary",
    "Cross-Origin-Resource-Policy",
    "X-Content-Type-Options",
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "Set-Cookie",
)
needs_nginx = pytest.mark.skipif(
    not shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"), reason="nginx is not installed"
)


def test_bdg_5_the_file_carries_its_own_end():
    for end in (1_763_763_254, 2_000_000_000, 1_999_999_999, 1_000_000_000 + 7):
        pattern = re.compile(export.before(end).removeprefix("~"))
        below = (end - 1, end - 10, end - 12_345, end - 100_000_000)
        above = (end, end + 1, end + 9, end + 60, end + 12_345, end + 1_000_000_000)
        assert [bool(pattern.search(f"{value}.999")) for value in below] == [value >= 10**9 for value in below]
        assert not any(pattern.search(f"{value}.000") for value in above)


def test_a_name_that_is_no_domain_is_not_exported():
    bad = ("a b.ir", "a';}.ir", "$host", "a|b.ir", 'a".ir', "a\\.ir", "")
    lines = list(export.maps([export.Row("a" * 26, 0, 1, 1, name) for name in bad], 0))
    assert not [line for line in lines if line.startswith("/badge/")]


def test_the_export_is_written_whole(make_badge, tmp_path, capsys):
    badge = make_badge()
    call_command("export_badges", tmp_path / "badges")
    assert capsys.readouterr().out == f"1 badges written to {tmp_path / 'badges'}\n"
    assert sorted(path.name for path in (tmp_path / "badges").iterdir()) == ["badges.conf", "badges.location"]
    assert f"/badge/{badge.public_id}.svg '0 1-0 shop.ir shop.ir|<text" in (tmp_path / "badges/badges.conf").read_text()


@pytest.fixture
def by_shim(badges):
    def ask(path, method="GET", headers=()):
        environ = {"REQUEST_METHOD": method}
        setup_testing_defaults(environ)
        environ |= {"PATH_INFO": path}
        for name, value in headers:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value.strip(b" \t").decode("latin-1")
        seen = {}
        shim = BadgeShim(lambda *_: [], badges)
        body = b"".join(shim(environ, lambda status, found: seen.update(status=int(status[:3]), headers=dict(found))))
        return seen["status"], {name: seen["headers"].get(name) for name in OURS}, body

    return ask


@pytest.fixture
def served(tmp_path):
    """Starts nginx on the export; gives a function that asks it."""
    with contextlib.ExitStack() as stack:

        def start(folder):
            port = free_port()
            site = f"include {folder}/*.conf; server {{ listen 127.0.0.1:{port}; include {folder}/*.location; }}"
            stack.enter_context(nginx(site, port))
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            stack.callback(link.close)

            def ask(path, method="GET", headers=()):
                link.putrequest(method, path)
                for name, value in headers:
                    link.putheader(name, value)
                link.endheaders()
                answer = link.getresponse()
                body = answer.read()
                return answer.status, {name: answer.headers.get(name) for name in OURS}, body

            return ask

        yield start


@pytest.fixture
def exported(make_badge, badges, tmp_path, spool_dir, monkeypatch):
    shops = {owner: make_badge(owner, stars=1) for owner in {owner for owner, _, _ in rows()}}
    for index, state in enumerate(BadgeState):
        shops[state] = make_badge(f"very-long-name-of-a-shop-{index}.example.co.ir", state=state, stars=index % 6)
    badges.refresh()
    tmp_path.chmod(0o755)
    call_command("export_badges", tmp_path / "badges", verbosity=0)
    return tmp_path / "badges", {name: f"/badge/{badge.public_id}.svg" for name, badge in shops.items()}


def comparable(answer):
    """nginx describes the empty body of a 304, which caches ignore."""
    status, headers, body = answer
    left_out = ("Content-Type", "Content-Length") if status == 304 else ()
    return status, {name: value for name, value in headers.items() if name not in left_out}, body


@needs_nginx
def test_bdg_3_nginx_and_shim_answer_alike(exported, served, by_shim):
    folder, paths = exported
    by_nginx = served(folder)
    asked = [(paths[owner], "GET", [("Referer", text.encode())]) for owner, text, _ in rows()]
    asked += [(path, method, []) for path in paths.values() for method in ("GET", "HEAD")]
    asked += [(path, "GET", [("Referer", b"https://evil.com/")]) for path in paths.values()]
    asked += [(f"/badge/{name}.svg", "GET", []) for name in ("a" * 26, "x", "")]
    asked += [(f"/badge/{paths[OWNER][7:-4].upper()}.svg", "GET", [])]
    for tag in (b'"1-0-1-1-own"', b'W/"1-0-1-1-own"', b'"x", "1-0-1-1-own", "y"', b"*", b'"x"', b"1-0-1-1-own", b""):
        asked += [(paths[OWNER], "GET", [("If-None-Match", tag)])]
        asked += [(paths[OWNER], "GET", [("If-None-Match", tag), ("Referer", b"https://evil.com/")])]
    pairs = [(case, comparable(by_nginx(*case)), comparable(by_shim(*case))) for case in asked]
    assert [pair for pair in pairs if pair[1] != pair[2]] == []
    assert Counter(answer[0] for _, answer, _ in pairs) == {200: len(asked) - 5, 304: 5}
    assert len(asked) > 200


@needs_nginx
def test_bdg_5_nginx_turns_neutral_when_exports_stop(tmp_path, served):
    row = export.Row("b" * 26, 0, 1, 1, OWNER)
    tmp_path.chmod(0o755)
    export.write(tmp_path / export.MAPS, export.maps([row], time.time() - 301))
    export.write(tmp_path / export.LOCATION, export.location())
    status, headers, body = served(tmp_path)(f"/badge/{'b' * 26}.svg")
    assert (status, headers["ETag"], body) == (200, '"1-neutral"', draw(Variant.NEUTRAL))
    assert headers["Cache-Control"] == "public, max-age=10"


@needs_nginx
def test_bdg_7_nginx_notes_the_foreign_host_and_no_visitor(tmp_path, served):
    row, log = export.Row("b" * 26, 0, 1, 1, OWNER), tmp_path / "misuse.log"
    tmp_path.chmod(0o777)
    export.write(tmp_path / export.MAPS, export.maps([row], time.time(), misuse_format=True))
    lines = [line.replace(" buffer=32k flush=5s", "") for line in export.location(str(log))]  # written at once
    export.write(tmp_path / export.LOCATION, lines)
    ask = served(tmp_path)
    for referer in (b"https://Evil.com/x?name=sara", f"https://{OWNER}/".encode(), b""):
        ask(f"/badge/{'b' * 26}.svg", "GET", [("Referer", referer)])
    (noted,) = log.read_text().splitlines()
    assert noted.startswith(f"/badge/{'b' * 26}.svg Evil.com 20")
    assert len(noted.split()) == 3
