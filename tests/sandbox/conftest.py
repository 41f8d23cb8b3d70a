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
