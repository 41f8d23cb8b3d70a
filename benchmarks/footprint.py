"""Seconds to ready and memory of the embedded portal: SQLite, the file broker and the sandbox, nothing else.

    python -m benchmarks.footprint

Starts `python -m deploy.supervise` twice on free ports with one fresh PORTAL_VAR. The first start prepares the
database and the demo data, the second is the one a person meets every day. Memory is the sum of PSS over the
supervisor and all its descendants: idle, and after one `python -m deploy.demo`.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.table import markdown
from deploy.processes import free_port, spawn, stop, wait_until

READY_WITHIN_S, DEMO_WITHIN_S = 150, 90
SETTLE_S = 3
"""After the worker is ready: its first sweep is over."""
COMMAND = "`make bench`, or `python -m benchmarks.footprint`"
READY, WORKER_READY = re.compile(r"ready in ([\d.]+) s"), re.compile(r"celery@\S+ ready")
LIVE = re.compile(r"live badge in ([\d.]+) s")


@dataclass(frozen=True)
class Footprint:
    """What the embedded portal takes; seconds and MB of 10⁶ bytes."""

    first_ready_s: float
    second_ready_s: float
    idle_mb: float
    processes: int
    demo_s: float
    after_demo_mb: float


def measure() -> Footprint:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        env = environment(Path(folder))
        with portal(env, Path(folder) / "first.log") as (_, first_ready):
            machine.progress(f"footprint: first start ready in {first_ready:.1f} s")
        log = Path(folder) / "second.log"
        with portal(env, log) as (process, second_ready):
            _wait_for(WORKER_READY, log, process)  # it comes after the portal: memory without it would flatter
            time.sleep(SETTLE_S)
            idle = machine.family(process.pid)
            idle_mb = machine.pss_mb(idle)
            demo_s = demo(env)
            after_mb = machine.pss_mb(machine.family(process.pid))
        return Footprint(first_ready, second_ready, idle_mb, len(idle), demo_s, after_mb)


def environment(folder: Path) -> dict[str, str]:
    """Free ports, a folder of its own, and none of the services that another table may use."""
    ours = {
        "PORT": str(free_port()),
        "SANDBOX_PORT": str(free_port()),
        "PORTAL_VAR": str(folder),
        "PYTHONUNBUFFERED": "1",
    }
    foreign = {"DATABASE_URL", "REDIS_URL", "BASE_URL", "SANDBOX_URL", "DJANGO_SETTINGS_MODULE", "HOST", "WORLD"}
    return {name: value for name, value in os.environ.items() if name not in foreign} | ours


@contextmanager
def portal(env: Mapping[str, str], log: Path) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The supervisor, stopped with all its children at the end, and our own seconds from its start to ready."""
    with log.open("wb") as output:
        began = time.monotonic()
        process = spawn([sys.executable, "-m", "deploy.supervise", "--die-with-parent"], env=env, output=output)
        try:
            _wait_for(READY, log, process)
            yield process, time.monotonic() - began
        except Exception:
            machine.progress(log.read_text(errors="replace")[-3000:])
            raise
        finally:
            stop(process, grace_s=20)


def _wait_for(said: re.Pattern[str], log: Path, process: subprocess.Popen[bytes]) -> None:
    wait_until(
        lambda: said.search(log.read_text(errors="replace")) is not None,
        "portal",
        within_s=READY_WITHIN_S,
        process=process,
    )


def demo(env: Mapping[str, str]) -> float:
    """Drives one application from sign-up to the live badge; its seconds."""
    command = [sys.executable, "-m", "deploy.demo"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=DEMO_WITHIN_S, check=False)
    found = LIVE.search(done.stdout)
    if done.returncode != 0 or found is None:
        raise RuntimeError(f"the demo failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return float(found.group(1))


def table() -> str:
    under = machine.line()
    found = measure()
    rows = [
        ("ready, first start (database and demo data are made)", f"{found.first_ready_s:.1f} s"),
        ("ready, second start", f"{found.second_ready_s:.1f} s"),
        (f"memory idle, {found.processes} processes", f"{found.idle_mb:.0f} MB PSS"),
        ("sign-up to live badge (deploy.demo)", f"{found.demo_s:.1f} s"),
        ("memory after it", f"{found.after_demo_mb:.0f} MB PSS"),
    ]
    notes = (
        "Supervisor, web, worker with two children, beat and sandbox together; one run.",
        f"Machine: {under}.",
        f"Repeat: {COMMAND}.",
    )
    return markdown("Embedded portal: start and memory", ("what", "figure"), rows, *notes)


def main() -> int:
    machine.end_in_order()
    print(table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
