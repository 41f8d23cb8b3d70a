from collections.abc import Iterator

import pytest
import trustme

from tests.kernel.fetch.rig import World


@pytest.fixture(scope="session")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def world(ca) -> Iterator[World]:
    """The hostile internet; whatever a test does, nobody may have visited the canary."""
    world = World(ca)
    yield world
    world.close()
    assert world.canary.visits == 0
