"""The logo and the verification page beside a static 2 KB file of nginx, in the same run.

    python -m benchmarks.badge [--badges 10000] [--seconds 2] [--rounds 5]

The server runs on core 0, wrk (Debian package) on core 1 with 32 connections; each round measures every row once, so
a slow minute of the machine hits all alike. "Per core" divides answers by the processor time that all processes of the
server used; the ratio is the median over the rounds. Every answer is checked once before it is measured.
"""

import argparse
import contextlib
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from deploy.private_services import nginx
from deploy.processes import BIN, ROOT, StartError, free_port, listens, spawn, stop, wait_until

SERVER_CORE, CLIENT_CORE = "0", "1"
CONNECTIONS = 32
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SCRIPT = """
local ids, n = {{}}, 0
local shops = {{}}
for id, shop in io.open("{ids}"):read("*a"):gmatch("(%S+) (%S+)") do n = n + 1; ids[n] = id; shops[n] = shop end
math.randomseed(7)
request = function()
  if n == 0 then return wrk.format("GET", "{before}") end
  local i = math.random(n)
  local headers = {{ {headers} }}
  if headers["Referer"] then headers["Referer"] = headers["Referer"]:gsub("SHOP", shops[i]) end
  return wrk.format("GET", "{before}" .. ids[i] .. "{after}", headers)
end
"""


@dataclass
class Case:
    """One row of the table: whose processes answer, what is asked, and how the answer is known to be right."""

    name: str
    server: psutil.Process
    port: int
    before: str
    after: str = ""
    headers: str = ""
    status: int = 200
    holds: bytes = b""
    figures: list[tuple[float, float, float]] = field(default_factory=list)
    """Per round: answers per second of processor time, answers per second, p99 in ms."""


def shop(place: int) -> str:
    """The domain of one badge."""
    return f"shop-{place}.example.ir"


def seed(count: int) -> list[str]:
    """A database of `count` valid badges in PORTAL_VAR; their public ids."""
    import django  # noqa: PLC0415  settings come from the environment first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("seed_reference", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    return _insert(count)


def _insert(count: int) -> list[str]:
    from applications.models import Applicant, Application, Badge, Business, Requirement  # noqa: PLC0415
    from enamad_portal.accounts.models import User  # noqa: PLC0415

    user = User.objects.create(username="benchmark")
    owner = Applicant.objects.create(
        user=user, first_name="سارا", last_name="نمونه", national_code="0013542419", national_code_key="0" * 64,
        birth_date=NOW.date(), created_at=NOW,
    )  # fmt: skip
    rule = Requirement.objects.filter(person_type="natural").first()
    domains = [shop(index) for index in range(count)]
    shops = Business.objects.bulk_create(
        [Business(owner=owner, person_type="natural", mode="micro", domain=name, created_at=NOW) for name in domains]
    )
    facts = {"state": "issued", "requirement": rule, "created_at": NOW, "touched_at": NOW}
    facts |= {"submitted_at": NOW, "issued_at": NOW}
    cases = Application.objects.bulk_create([Application(business=shop, domain=shop.domain, **facts) for shop in shops])
    facts = {"stars": 1, "source": "earlier_system", "holder_name": "سارا نمونه", "changed_at": NOW}
    facts |= {"approved_at": NOW, "first_granted_at": NOW, "valid_from": NOW, "valid_to": NOW + timedelta(days=3650)}
    rows = [Badge(business=case.business, application=case, domain=case.domain, **facts) for case in cases]
    return [badge.public_id for badge in Badge.objects.bulk_create(rows)]


@contextlib.contextmanager
def granian(port: int) -> Iterator[psutil.Process]:
    """The portal as `make run` starts it, on the server's core."""
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --workers 1 --blocking-threads 4 --http 1 --no-ws"
    command = ["taskset", "-c", SERVER_CORE, str(BIN / "granian"), *options.split(), "enamad_portal.wsgi:application"]
    process = spawn(command, env=dict(os.environ), output=subprocess.DEVNULL)
    try:
        wait_until(lambda: listens(port), "granian", within_s=60, process=process)
        yield psutil.Process(process.pid)
    finally:
        stop(process)


@contextlib.contextmanager
def web_server(port: int, home: Path) -> Iterator[psutil.Process]:
    """nginx with the exported badges and one static file, on the server's core."""
    site = (
        f"include {home}/badges/*.conf;\nserver {{ listen 127.0.0.1:{port}; keepalive_requests 1000000;\n"
        f"include {home}/badges/*.location;\nlocation /static/ {{ alias {home}/static/; }} }}"
    )
    with nginx(site, port) as folder:
        master = psutil.Process(int((folder / "pid").read_text()))
        for process in (master, *master.children()):
            process.cpu_affinity([int(SERVER_CORE)])
        yield master


def cpu_seconds(server: psutil.Process) -> float:
    times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    return sum(time.user + time.system for time in times)


def check(case: Case, public_id: str) -> None:
    """One request as wrk will send it; StartError when the answer is not the one to be measured."""
    link = http.client.HTTPConnection("127.0.0.1", case.port, timeout=30)
    headers = dict(re.findall(r'\["([^"]+)"\] = [\'"](.*?)[\'"](?:,|$)', case.headers))
    headers = {name: value.replace("SHOP", shop(1)) for name, value in headers.items()}
    path = f"{case.before}{public_id if case.after else ''}{case.after}"
    link.request("GET", path, headers=headers)
    answer = link.getresponse()
    body = answer.read()
    link.close()
    if answer.status != case.status or case.holds not in body:
        raise StartError(f"{case.name}: {path} answered {answer.status}, {body[:200]!r}")


def measure(case: Case, home: Path, seconds: float) -> None:
    """One run of wrk."""
    ids = home / ("ids" if case.after else "nothing")
    script = home / "wrk.lua"
    script.write_text(SCRIPT.format(ids=ids, before=case.before, after=case.after, headers=case.headers))
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    before = cpu_seconds(case.server)
    done = subprocess.run(
        [*command, "-s", str(script), f"http://127.0.0.1:{case.port}/"], capture_output=True, text=True, check=True
    )
    spent = cpu_seconds(case.server) - before
    if found := re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", done.stdout):
        raise StartError(f"{case.name}: {found[0]}")
    answers = int(re.search(r"(\d+) requests in", done.stdout)[1])
    wall = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout).groups()
    case.figures.append((answers / spent, wall, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]))


def table(cases: list[Case]) -> str:
    """Markdown; the first case is the measure of the others."""
    base = cases[0].figures
    lines = [
        "| answered by | answers/s per core | **of a static file** | lowest to highest | answers/s | p99 ms |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for case in cases:
        ratios = [mine[0] / theirs[0] for mine, theirs in zip(case.figures, base, strict=True)]
        per_core, wall, p99 = (statistics.median(column) for column in zip(*case.figures, strict=True))
        lines.append(
            f"| {case.name} | {per_core:,.0f} | **{statistics.median(ratios):.3f}** | {min(ratios):.3f} to "
            f"{max(ratios):.3f} | {wall:,.0f} | {p99:.2f} |"
        )
    return "\n".join(lines)


def all_cases(web: psutil.Process, web_port: int, portal: psutil.Process, portal_port: int) -> list[Case]:
    own = '["Referer"] = "https://www.SHOP/"'
    foreign = '["Referer"] = "https://evil.example.com/"'
    # Any stars and state: a badge just issued is at version 0
    same = """["If-None-Match"] = '"1-0-1-1-own"' """
    badge, svg = "/badge/", ".svg"
    return [
        Case("nginx, static file of 2 KB", web, web_port, "/static/2k.svg"),
        Case("nginx, logo from the exported maps", web, web_port, badge, svg, holds=b"<svg"),
        Case("nginx, logo with its shop's Referer", web, web_port, badge, svg, own, holds="معتبر".encode()),
        Case("nginx, logo for a foreign page", web, web_port, badge, svg, foreign, holds="متعلق".encode()),
        Case("nginx, logo not changed (304)", web, web_port, badge, svg, same.strip(), status=304),
        Case("portal (granian), logo", portal, portal_port, badge, svg, holds=b"<svg"),
        Case(
            "portal (granian), logo with its shop's Referer",
            portal,
            portal_port,
            badge,
            svg,
            own,
            holds="معتبر".encode(),
        ),
        Case(
            "portal (granian), logo for a foreign page",
            portal,
            portal_port,
            badge,
            svg,
            foreign,
            holds="متعلق".encode(),
        ),
        Case("portal (granian), logo not changed (304)", portal, portal_port, badge, svg, same.strip(), status=304),
        Case("portal (granian), verification page", portal, portal_port, "/v/", "/", holds=b"example.ir"),
    ]


def run(badges: int, seconds: float, rounds: int) -> str:
    """The whole benchmark in a folder of its own; the table."""
    for tool in ("wrk", "taskset"):
        if not shutil.which(tool):
            raise StartError(f"{tool} is missing: apt-get install {'wrk' if tool == 'wrk' else 'util-linux'}")
    with tempfile.TemporaryDirectory(prefix="badge-bench-") as name, contextlib.ExitStack() as stack:
        home = Path(name)
        home.chmod(0o755)
        ports = free_port(), free_port()
        os.environ |= {"PORTAL_VAR": str(home / "var"), "PORT": str(ports[1]), "LOG_LEVEL": "ERROR"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "enamad_portal.settings.embedded"
        (home / "var").mkdir()
        ids = seed(badges)
        _write_files(home, ids)
        web = stack.enter_context(web_server(ports[0], home))
        portal = stack.enter_context(granian(ports[1]))
        cases = all_cases(web, ports[0], portal, ports[1])
        for case in cases:
            check(case, ids[1])
        for number in range(rounds):
            sys.stderr.write(f"round {number + 1} of {rounds}\n")
            for case in cases:
                measure(case, home, seconds)
        return table(cases)


def _write_files(home: Path, ids: list[str]) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    (home / "ids").write_text("".join(f"{public_id} {shop(place)}\n" for place, public_id in enumerate(ids)))
    (home / "nothing").write_text("")
    (home / "static").mkdir()
    (home / "static" / "2k.svg").write_bytes(b"<svg>" + b"x" * 2037 + b"</svg>")
    call_command("export_badges", home / "badges", verbosity=0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--badges", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.chdir(ROOT)
    try:
        print(run(options.badges, options.seconds, options.rounds))
    except StartError as error:
        print(f"badge: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
