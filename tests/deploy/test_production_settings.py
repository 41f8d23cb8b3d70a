"""Production refuses to start half configured; each refusal names the variable."""

import json
import os
import subprocess
import sys

import pytest

from deploy.processes import ROOT
from enamad_portal.providers.registry import SANDBOX_BACKENDS

PROVIDERS = {
    name: {"backend": backend, "url": "https://x", "secret": "x"} for name, backend in SANDBOX_BACKENDS.items()
}
COMPLETE = {
    "DATABASE_URL": "postgres://portal:x@127.0.0.1/portal",
    "REDIS_URL": "redis://127.0.0.1/0",
    "BASE_URL": "https://portal.example",
    "WORLD": "real",
    "FETCH_OWN_NETWORKS": "192.0.2.0/24",
    "SECRET_KEY": "x" * 60,
    "FIELD_KEYS": "k1:" + "11" * 32,
    "BLIND_INDEX_KEY": "22" * 32,
    "CODE_PEPPER": "33" * 32,
    "AUDIT_ANCHOR_KEY": "55" * 32,
    "PROVIDER_SECRET": "44" * 32,
    "PROVIDERS": json.dumps(PROVIDERS),
    "PAYMENT_ORIGINS": "https://pay.example",
}
SMOKE = COMPLETE | {"WORLD": "sandbox", "SMOKE": "1", "BASE_URL": "https://127.0.0.1:8443"}


def start(environment):
    """The last line of stderr when the settings are read with exactly this environment; "" when they are accepted."""
    done = subprocess.run(
        [sys.executable, "-c", "import enamad_portal.settings.production"],
        cwd=ROOT,
        env=environment | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def test_a_complete_environment_is_accepted():
    assert start(COMPLETE) == ""


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_each_missing_variable_is_refused_by_name(name):
    assert f"Set {name}" in start({key: value for key, value in COMPLETE.items() if key != name})


def test_a_secret_may_lie_in_a_file(tmp_path):
    path = tmp_path / "secret"
    path.write_text("y" * 60 + "\n")
    rest = {key: value for key, value in COMPLETE.items() if key != "SECRET_KEY"}
    assert start(rest | {"SECRET_KEY_FILE": str(path)}) == ""


def test_the_sandbox_is_refused():
    assert "WORLD=sandbox is refused" in start(COMPLETE | {"WORLD": "sandbox"})


def test_the_smoke_on_loopback_may_use_the_sandbox():
    assert start(SMOKE) == ""


@pytest.mark.parametrize(
    "open_to_others",
    [
        {"BASE_URL": "https://portal.example"},
        {"HOST": "0.0.0.0"},
        {"SANDBOX_URL": "http://192.0.2.7:8001"},
    ],
)
def test_the_smoke_is_refused_off_loopback(open_to_others):
    assert "WORLD=sandbox is refused" in start(SMOKE | open_to_others)


def test_services_without_a_client_are_all_named_in_one_line():
    some = {name: entry for name, entry in PROVIDERS.items() if name not in {"sms", "post", "police"}}
    assert "Set PROVIDERS: it names no backend for post, sms (" in start(COMPLETE | {"PROVIDERS": json.dumps(some)})
    empty = PROVIDERS | {"tax": {}}
    assert "no backend for tax" in start(COMPLETE | {"PROVIDERS": json.dumps(empty)})


@pytest.mark.parametrize("text", ["{", "[]", '{"sms": "x"}'])
def test_providers_that_are_no_json_objects_are_refused(text):
    assert "PROVIDERS must be" in start(COMPLETE | {"PROVIDERS": text})


def test_the_smoke_needs_no_providers():
    assert start({name: value for name, value in SMOKE.items() if name not in {"PROVIDERS", "PAYMENT_ORIGINS"}}) == ""


def test_a_plain_http_address_is_refused():
    assert "BASE_URL must be https" in start(COMPLETE | {"BASE_URL": "http://portal.example"})


@pytest.mark.parametrize(("name", "value"), [("PORT", "80a"), ("SMOKE", "yes"), ("WORLD", "moon")])
def test_a_value_of_the_wrong_kind_is_refused_by_name(name, value):
    assert name in start(COMPLETE | {name: value})
