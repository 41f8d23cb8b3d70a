import time

import pytest

from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox_of_session(tmp_path_factory):
    with SandboxProcess(tmp_path_factory.mktemp("var")) as process:
        yield process


@pytest.fixture
def sandbox(sandbox_of_session):
    yield sandbox_of_session
    sandbox_of_session.behave_well()


@pytest.fixture
def world(sandbox, settings):
    """The portal's settings look at the sandbox."""
    settings.WORLD = "sandbox"
    settings.PROVIDERS = {}
    settings.SANDBOX_URL = sandbox.url
    settings.PROVIDER_SECRET = sandbox.secret
    settings.PROVIDER_TIMEOUT_S = 2
    return sandbox


@pytest.fixture
def until():
    def ask(look, wanted, seconds=20.0):
        """Asks again until the answer is the wanted one; the sandbox decides when."""
        end = time.monotonic() + seconds
        while (seen := look()) != wanted and time.monotonic() < end:
            pass
        return seen

    return ask
