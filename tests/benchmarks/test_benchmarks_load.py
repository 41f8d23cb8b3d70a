"""The benchmarks are run by hand; that their modules still fit the product is seen here, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOAD = """
import django; django.setup()
from importlib import import_module
from benchmarks.__main__ import TABLES
assert all(callable(import_module(f"benchmarks.{name}").main) for name in TABLES)
from benchmarks.cases import KEYS
from applications.lifecycle import APPLICATION
from benchmarks.stages import MOVES
state = "domain_pending"
for move in MOVES:
    state = APPLICATION.row(move, state).target
print(len(KEYS), len(MOVES), state)
"""


def test_every_table_loads_and_its_seven_stages_are_moves_of_the_lifecycle():
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "enamad_portal.settings.test"}
    done = subprocess.run([sys.executable, "-c", LOAD], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("7 7 in_verification", "")
