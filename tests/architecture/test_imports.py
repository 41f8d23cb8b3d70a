"""The import order of docs/architecture.md holds; `.importlinter` is the table."""

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_imports_follow_the_layers():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_import_is_excused():
    table = ConfigParser()
    table.read(ROOT / ".importlinter", encoding="utf-8")
    excuses = {
        section: option
        for section in table.sections()
        for option in table.options(section)
        if option.startswith(("ignore_imports", "unmatched_ignore"))
    }
    assert excuses == {}
