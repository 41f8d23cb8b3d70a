"""What every test stands on: reference data, one clock, the sandbox as the outside world, nothing beyond loopback."""

import os
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from enamad_portal.kernel import clock, work, worker
from tests.sandbox_process import SandboxProcess

hypothesis.settings.register_profile("steady", derandomize=True)  # CI says the same thing twice
hypothesis.settings.register_profile("random")
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the ORM


def pytest_configure():
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    if "test_" not in str(connection.settings_dict["NAME"]):
        return  # nothing collected needs a database, so pytest-django made none
    with django_db_blocker.unblock():
        call_command("seed_reference", verbosity=0)


@pytest.fixture(autouse=True)
def reference_data(request):
    """A transactional test ends with a flush; the next one starts with the reference data again."""
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        call_command("seed_reference", verbosity=0)


@pytest.fixture
def at():
    """`at(instant)` stops the portal's clock there until the test ends."""
    with ExitStack() as stack:
        yield lambda instant: stack.enter_context(clock.frozen_at(instant))


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory):
    with SandboxProcess(tmp_path_factory.mktemp("world")) as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process, settings):
    """The outside world over real HTTP; its behaviours are reset after each test."""
    settings.SANDBOX_URL = sandbox_process.url
    yield sandbox_process
    sandbox_process.behave_well()


@pytest.fixture
def run_jobs():
    """Runs everything that is due, as the workers would; returns how many jobs ended."""

    def run():
        ended = 0
        while queues := sorted(set(work.due(clock.now()).values_list("queue", flat=True))):
            ended += sum(worker.drain(queue) for queue in queues)
        return ended

    return run
