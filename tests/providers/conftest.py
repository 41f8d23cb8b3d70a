import pytest

from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="module")
def sandbox_of_module(tmp_path_factory):
    with SandboxProcess(tmp_path_factory.mktemp("var")) as process:
        yield process


@pytest.fixture
def sandbox(sandbox_of_module):
    yield sandbox_of_module
    sandbox_of_module.behave_well()
