"""Prints every table, each measured by a process of its own: what `make bench` runs on private PostgreSQL and Redis.

A name on the command line (`badge`, `pipeline`, `footprint`) prints that table only.
"""

import argparse
import importlib.util
import subprocess
import sys

from benchmarks import machine
from deploy.processes import spawn, stop

TABLES = {"badge": 210, "pipeline": 150, "footprint": 110}
"""Seconds after which a table is given up, together less than eight minutes; two quiet cores need half of it."""


def run(name: str) -> bool:
    """Whether `benchmarks.<name>` printed its table in time; its processes end with it."""
    if importlib.util.find_spec(f"benchmarks.{name}") is None:
        machine.progress(f"{name}: no such benchmark")
        return False
    table = spawn([sys.executable, "-m", f"benchmarks.{name}"])
    try:
        return table.wait(timeout=TABLES[name]) == 0
    except subprocess.TimeoutExpired:
        machine.progress(f"{name}: given up after {TABLES[name]} s")
        return False
    finally:
        stop(table, grace_s=30)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="table", help="all when none is named")
    names = parser.parse_args().tables or list(TABLES)
    if unknown := set(names) - TABLES.keys():
        parser.error(f"no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    machine.end_in_order()
    failed = [name for name in names if not run(name)]
    if failed:
        machine.progress(f"not measured: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
