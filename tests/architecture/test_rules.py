"""Rules of docs/architecture.md that a reader could forget: each fails here when it is broken."""

import ast
import json
import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from applications.verification.steps import LISTED, STEPS
from enamad_portal.kernel import guards
from tests.architecture.test_state_writes import ROOT, product_files


def sources(*skipped):
    for path in product_files():
        if not set(path.parts) & set(skipped):
            yield path, path.read_text(encoding="utf-8")


def imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.django_db
def test_there_is_no_missing_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_lifecycle_pages_are_fresh():
    call_command("draw_lifecycles", "--check")


@pytest.mark.django_db
def test_installed_guards_are_those_of_the_tables():
    installed = guards.installed()
    assert set(installed) == {trigger.name for trigger in guards.triggers()}
    if connection.vendor == "sqlite":
        for trigger in guards.triggers():
            assert trigger.condition in installed[trigger.name]


def test_every_subject_guards_its_states_with_a_check():
    for model in guards.subjects():
        if model.__name__ != "VerificationStep":
            names = [constraint.name for constraint in model._meta.constraints]
            assert any("state_known" in name for name in names), model


def test_fet_15_only_the_fetcher_and_the_providers_speak_http():
    clients = {"requests", "urllib.request", "httpx", "aiohttp", "urllib3", "http.client"}
    found = {
        str(path.relative_to(ROOT))
        for path, source in sources("fetch", "providers", "sandbox")
        for module in imported(source)
        if module in clients
    }
    assert found == set()


def test_fet_11_the_builtin_idna_codec_is_not_used():
    pattern = re.compile(r"(?:en|de)code\(\s*['\"]idna")
    assert [str(path) for path, source in sources() if pattern.search(source)] == []


def test_only_the_clock_reads_the_clock():
    pattern = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(")
    allowed = {"clock.py"}
    found = {
        str(path.relative_to(ROOT))
        for path, source in sources("sandbox", "providers", "fetch")
        if pattern.search(source) and path.name not in allowed
    }
    assert found == set()


def test_transactions_begin_in_use_cases_only():
    """Seeds write reference data in one piece; everything else goes through `use_cases.run`."""
    allowed = {
        "enamad_portal/kernel/use_cases.py",
        "applications/management/commands/seed_reference.py",
    }
    found = {str(path.relative_to(ROOT)) for path, source in sources() if "transaction.atomic" in source}
    assert found - allowed == set()


def test_money_is_integer():
    floats = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.get_internal_type() in {"FloatField", "DecimalField"} and "amount" in field.name
    ]
    assert floats == []


def test_every_step_file_is_listed():
    folder = ROOT / "applications" / "verification" / "steps"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == {type(step).__module__.rsplit(".", 1)[-1] for step in LISTED}


def test_requirements_name_known_steps():
    rows = json.loads((ROOT / "applications" / "data" / "requirements.json").read_text(encoding="utf-8"))
    assert {step for row in rows for step in row["steps"]} - set(STEPS) == set()


def test_every_step_speaks_persian():
    for step in LISTED:
        for text in (step.title, *step.words.values(), *([step.call] if step.call else [])):
            assert any("\u0600" <= character <= "\u06ff" for character in text), (step.key, text)


def test_no_file_names_this_machine_or_a_registry_host():
    hosts = re.compile(
        "|".join(["pypi" + r"\.org", "files\\.python" + "hosted", "registry\\.npm" + "js", "deb\\.deb" + "ian"])
    )
    tracked = [path for path in ROOT.rglob("*") if path.is_file() and not set(path.parts) & {".git", ".venv", "var"}]
    found = [
        str(path.relative_to(ROOT))
        for path in tracked
        if path.suffix in {".py", ".txt", ".toml", ".md", ".yml", ".sh", ""}
        and hosts.search(path.read_text("utf-8", "ignore"))
    ]
    assert found == []
