"""`make test` and `make check`: every check in order, the seconds of each, and one closing line for all tests.

A part that fails does not stop the next one, so one run tells everything; the exit status is 1 when any failed.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.private_services import Services, services
from deploy.processes import BIN, ROOT, StartError, kill_group, spawn

CODE = ("manage.py", "enamad_portal", "applications", "licensing", "inspections", "complaints", "deploy")
CLOSING = re.compile(rb"^=* ?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s", re.MULTILINE)
OWN_VARIABLES = {
    "DATABASE_URL",
    "REDIS_URL",
    "PORTAL_VAR",
    "HOST",
    "PORT",
    "SANDBOX_PORT",
    "BASE_URL",
    "WORLD",
    "SMOKE",
}
TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "enamad_portal.settings.test"}
CACHES = {
    name: str(ROOT / "var" / "cache" / folder)
    for name, folder in (
        ("MYPY_CACHE_DIR", "mypy"),
        ("RUFF_CACHE_DIR", "ruff"),
        ("HYPOTHESIS_STORAGE_DIRECTORY", "hypothesis"),
    )
}


def _manage(*words: str) -> list[str]:
    return [str(BIN / "python"), "manage.py", *words]


def _pytest(*words: str) -> list[str]:
    return [str(BIN / "python"), "-m", "pytest", "-q", *words]


STATIC: dict[str, list[str]] = {
    "ruff check": [str(BIN / "ruff"), "check", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "mypy": [str(BIN / "mypy"), *CODE],
    "imports": [str(BIN / "lint-imports"), "--no-cache", "--no-logo"],
    "migrations": _manage("makemigrations", "--check", "--dry-run"),
    "diagrams": _manage("draw_lifecycles", "--check"),
}
SUITE = _pytest("-n", "2", "-m", "not browser")
BROWSER = _pytest("-m", "browser")


@dataclass
class Report:
    """What the parts did: seconds, statuses, and how many tests ended how."""

    lines: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    def add(self, name: str, seconds: float, status: int, output: bytes = b"") -> None:
        closing = CLOSING.findall(output)
        for count, outcome in re.findall(r"(\d+) ([a-z]+)", closing[-1].decode() if closing else ""):
            self.outcomes[outcome] += int(count)
        if status != 0:
            self.failed.append(name)
        tests = closing[-1].decode() if closing else ""
        self.lines.append(f"  {name:<22}{seconds:>7.1f} s  {'ok' if status == 0 else 'FAILED':<7} {tests}".rstrip())

    def close(self) -> int:
        """Print the table and the closing line; the exit status."""
        print("\npart                    seconds")
        print("\n".join(self.lines))
        if self.failed:
            print(f"failed: {', '.join(self.failed)}")
        order = ("failed", "passed", "skipped", "deselected", "xfailed", "error", "errors")
        counts = ", ".join(f"{self.outcomes[key]} {key}" for key in order if self.outcomes[key])
        if counts:
            print(f"===== {counts} in {time.monotonic() - self.started:.2f}s =====")
        sys.stdout.flush()
        return 1 if self.failed else 0


def run(command: list[str], env: Mapping[str, str]) -> tuple[int, bytes]:
    """Run one part in the sight of the reader; its status and the end of its output."""
    process = spawn(command, env=env, output=subprocess.PIPE)
    assert process.stdout is not None
    tail = b""
    try:
        while chunk := os.read(process.stdout.fileno(), 65536):
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            tail = (tail + chunk)[-65536:]
        return process.wait(), tail
    finally:
        process.stdout.close()
        kill_group(process)


def part(report: Report, name: str, command: list[str], env: Mapping[str, str]) -> None:
    print(
        f"\n--- {name}: {' '.join(Path(word).name if word.startswith('/') else word for word in command)}", flush=True
    )
    started = time.monotonic()
    status, tail = run(command, env)
    report.add(name, time.monotonic() - started, status, tail)


def static_parts(report: Report, env: Mapping[str, str]) -> None:
    """The static checks side by side; each tells its own seconds and shows its output when it has something to say."""
    started, running = time.monotonic(), {}
    with ExitStack() as stack:
        for name, command in STATIC.items():
            output = stack.enter_context(tempfile.TemporaryFile())
            running[name] = (spawn(command, env=env, output=output), output)
            stack.callback(kill_group, running[name][0])
        while running:
            time.sleep(0.05)
            for name, (process, output) in list(running.items()):
                if process.poll() is not None:
                    del running[name]
                    output.seek(0)
                    _tell(name, output.read(), process.returncode)
                    report.add(name, time.monotonic() - started, process.returncode)


def _tell(name: str, output: bytes, status: int) -> None:
    print(f"\n--- {name}: {'ok' if status == 0 else 'FAILED'}", flush=True)
    sys.stdout.buffer.write(output if status else output[-400:])
    sys.stdout.buffer.flush()


def test_parts(report: Report, env: Mapping[str, str]) -> None:
    """The suite on SQLite, the same on PostgreSQL and Redis, the browser journeys, the production smoke."""
    part(report, "suite on SQLite", SUITE, env)
    with private(report) as running:
        if running is not None:
            part(report, "suite on PostgreSQL", SUITE, dict(env) | running.urls())
    if (ROOT / "tests" / "journeys").is_dir():
        part(report, "browser journeys", BROWSER, env)
    part(report, "production smoke", ["deploy/smoke"], env)


@contextmanager
def private(report: Report) -> Iterator[Services | None]:
    """The private services, or None after their failure is noted as a failed part."""
    try:
        with services() as running:
            yield running
    except StartError as error:
        print(error, file=sys.stderr)
        report.add("private services", 0, 1)
        yield None


def environment(temporary: str) -> dict[str, str]:
    """The environment of the checks: embedded, test settings, temporary files where they are removed afterwards."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    return kept | TEST_SETTINGS | CACHES | {"TMPDIR": temporary}


def _interrupt(_sig: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    report, temporary = Report(), tempfile.mkdtemp(prefix="portal-checks-")
    env = environment(temporary)
    try:
        static_parts(report, env)
        if sys.argv[1:] == ["all"]:
            test_parts(report, env)
        return report.close()
    except KeyboardInterrupt:
        report.close()
        return 130
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
