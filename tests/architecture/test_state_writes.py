"""A state changes in one place: `Lifecycle.fire`. Creating a row in its first state is not a change."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINE = "enamad_portal/kernel/lifecycle.py"
WRITERS = {"update", "bulk_update", "update_or_create"}


def product_files():
    folders = ("enamad_portal", "applications", "licensing", "inspections", "complaints")
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


def state_writes(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in {"state", "version"} and isinstance(node.ctx, ast.Store):
            yield node.lineno
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITERS
            and any(keyword.arg in {"state", "version"} for keyword in node.keywords)
        ):
            yield node.lineno


def test_the_rule_sees_what_it_must_see():
    assert list(state_writes("a.state = 1\nrows.update(state=2)\nRow(state=3)\nb.version = 1")) == [1, 2, 4]


def test_no_state_is_written_outside_the_engine():
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in product_files()
        if "sandbox" not in path.parts
        for line in state_writes(path.read_text(encoding="utf-8"))
    }
    assert {place for place in found if not place.startswith(ENGINE)} == set()
