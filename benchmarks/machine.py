"""What a figure stands on: the machine, and the CPU time and memory that the kernel counts for processes."""

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil

from deploy.private_services import postgres_program


def line() -> str:
    """One line for under a table: cores, processor, memory, kernel, Python and PostgreSQL."""
    gib = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} × {_processor()}, {gib:.0f} GiB, Linux {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, {postgres_version()}; load before the run {os.getloadavg()[0]:.1f}"
    )


def _processor() -> str:
    for row in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if row.startswith("model name"):
            return " ".join(row.split(":", 1)[1].split())
    return platform.machine()


def postgres_version() -> str:
    said = subprocess.run([postgres_program("postgres"), "--version"], capture_output=True, text=True, check=True)
    return f"PostgreSQL {said.stdout.split()[2]}"


def family(pid: int) -> list[psutil.Process]:
    """The process and all its descendants."""
    leader = psutil.Process(pid)
    return [leader, *leader.children(recursive=True)]


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """User and system time of these processes, and of their children that ended and were waited for (proc(5))."""
    total = 0.0
    for process in processes:
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:  # it ended since it was listed: its time is in its parent's count
            continue
    return total


def pss_mb(processes: Iterable[psutil.Process]) -> float:
    """Proportional set size of them together, MB of 10⁶ bytes: a page shared by n processes counts once."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def progress(text: str) -> None:
    """A word for the person who waits, beside the tables on stdout."""
    print(text, file=sys.stderr, flush=True)


def end_in_order() -> None:
    """Lets SIGTERM run the `finally` blocks, so that every process and folder of a benchmark goes with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
