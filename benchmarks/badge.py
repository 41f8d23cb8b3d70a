"""The logo and the verification page beside a static 2 KB file of nginx, measured in the same seconds.

    python -m benchmarks.badge [--badges 5000] [--seconds 1] [--rounds 4]

The servers run on core 0, wrk (Debian package) on core 1 with 32 connections. Each round measures every row once, and
right before it the static file, so that a slow minute of the machine hits both. "Per core" divides answers by the
processor time that all processes of the server used. Every answer is checked once before it is measured.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks import machine, shops
from benchmarks.load import IN_TURN, Case, Server
from benchmarks.table import markdown
from deploy.private_services import nginx
from deploy.processes import BIN, ROOT, StartError, free_port, listens, spawn, stop, wait_until

SERVER_CORE = 0
BUSY = 1_000
"""So many shops are looked up again and again; the pages of the others are never asked for twice in a row."""
COMMAND = "`make bench`, or `python -m benchmarks.badge`"


@contextlib.contextmanager
def granian(application: str) -> Iterator[Server]:
    """A WSGI application as `make run` starts the portal, on the server's core."""
    port = free_port()
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --workers 1 --blocking-threads 4 --http 1 --no-ws"
    command = ["taskset", "-c", str(SERVER_CORE), str(BIN / "granian"), *options.split(), application]
    process = spawn(command, env=dict(os.environ), output=subprocess.DEVNULL)
    try:
        wait_until(lambda: listens(port), "granian", within_s=60, process=process)
        yield Server(psutil.Process(process.pid), port)
    finally:
        stop(process)


@contextlib.contextmanager
def web_server(home: Path) -> Iterator[Server]:
    """nginx with the exported badges and one static file, on the server's core."""
    port = free_port()
    site = (
        f"include {home}/badges/*.conf;\nserver {{ listen 127.0.0.1:{port}; keepalive_requests 1000000;\n"
        f"include {home}/badges/*.location;\nlocation /static/ {{ alias {home}/static/; }} }}"
    )
    with nginx(site, port) as folder:
        server = Server(psutil.Process(int((folder / "pid").read_text())), port)
        for process in machine.family(server.process.pid):
            process.cpu_affinity([SERVER_CORE])
        yield server


def all_cases(home: Path, web: Server, portal: Server, plain: Server) -> list[Case]:
    """The rows of the table, in its order."""
    everyone, busy, others = home / "everyone", home / "busy", home / "others"
    logo = "/badge/ID.svg"
    own, foreign = {"Referer": "https://www.SHOP/"}, {"Referer": "https://evil.example.com/"}
    known = {"If-None-Match": '"1-0-1-1-own"'}  # a badge just issued is at version 0
    cases = []
    for server, by in ((web, "nginx from the exported maps"), (portal, "portal, before Django")):
        cases += [
            Case(f"logo: {by}", server, logo, everyone, holds="<svg"),
            Case(f"logo on its own shop: {by}", server, logo, everyone, own, holds="معتبر"),
            Case(f"logo on a foreign page: {by}", server, logo, everyone, foreign, holds="متعلق"),
            Case(f"logo not changed (304): {by}", server, logo, everyone, known, status=304),
        ]
    return [
        *cases,
        Case("logo: a plain Django view with the ORM", plain, logo, everyone, holds="معتبر"),
        Case(f"verification page: portal, {BUSY:,} busy shops", portal, "/v/ID/", busy, holds="این نماد معتبر است"),
        Case("verification page: portal, shops never asked for before", portal, "/v/ID/", others, order=IN_TURN),
    ]


def run(badges: int, seconds: float, rounds: int) -> list[Case]:
    """The whole benchmark in a folder of its own; the rows with what was measured."""
    for tool, package in (("wrk", "wrk"), ("taskset", "util-linux")):
        if not shutil.which(tool):
            raise StartError(f"{tool} is missing: apt-get install {package}")
    with tempfile.TemporaryDirectory(prefix="badge-bench-") as name, contextlib.ExitStack() as stack:
        home = Path(name)
        home.chmod(0o755)
        (home / "var").mkdir()
        os.environ |= {"PORTAL_VAR": str(home / "var"), "LOG_LEVEL": "ERROR"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "enamad_portal.settings.embedded"
        _write_files(home, shops.seed(badges))
        web = stack.enter_context(web_server(home))
        servers = [
            stack.enter_context(granian(f"{name}:application"))
            for name in ("enamad_portal.wsgi", "benchmarks.plain_django")
        ]
        cases = all_cases(home, web, *servers)
        reference = Case("static file", web, "/static/2k.svg", home / "everyone")
        for case in cases:
            case.check(BUSY if case.ids.name == "busy" else 1)  # the busy pages are drawn then
        for number in range(1, rounds + 1):
            machine.progress(f"badge: round {number} of {rounds}")
            for case in cases:
                beside = reference.run(home, seconds)
                case.pairs.append((case.run(home, seconds), beside))
        return cases


def _write_files(home: Path, ids: list[str]) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    lines = [f"{public_id} {shops.domain(place)}\n" for place, public_id in enumerate(ids)]
    for name, part in (("everyone", lines), ("busy", lines[:BUSY]), ("others", lines[BUSY:])):
        (home / name).write_text("".join(part))
    (home / "static").mkdir()
    (home / "static" / "2k.svg").write_bytes(b"<svg>" + b"x" * 2037 + b"</svg>")
    call_command("export_badges", home / "badges", verbosity=0)


def table(badges: int, seconds: float, rounds: int) -> str:
    under = machine.line()
    cases = run(badges, seconds, rounds)
    static = [theirs.per_core for case in cases for _, theirs in case.pairs]
    return markdown(
        "Badge: beside a static file of nginx on the same core",
        ("answered", "of a static file (lowest–highest)", "answers per CPU-second", "per second", "p99, ms"),
        [case.row() for case in cases],
        f"{badges:,} badges; medians of {rounds} rounds of {seconds:g} s, each beside {seconds:g} s of a 2 KB file: "
        f"{min(static):,.0f} to {max(static):,.0f} answers per CPU-second.",
        f"Machine: {under}.",
        f"Repeat: {COMMAND}.",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--badges", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    machine.end_in_order()
    os.chdir(ROOT)
    try:
        print(table(options.badges, options.seconds, options.rounds))
    except StartError as error:
        print(f"badge: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
