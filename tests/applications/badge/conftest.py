import itertools

import pytest

from applications.badge.table import Table
from tests.applications.factories import applicant, business, issued_badge

_mobiles = itertools.count(9_120_000_000)


@pytest.fixture
def make_badge(db):
    """A badge of the given domain; other columns by name."""

    def make(domain="shop.ir", **columns):
        owner = applicant(mobile=f"+98{next(_mobiles)}")
        return issued_badge(shop=business(owner, domain=domain), checked=(), **{"source": "earlier_system"} | columns)

    return make


class Clock:
    """Seconds that pass only when told."""

    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def monotonic():
    return Clock()


@pytest.fixture
def badges(monotonic):
    """A table that reads when told, not in a thread."""
    table = Table(monotonic)
    table.ensure_started = lambda: None
    return table


@pytest.fixture
def spool_dir(settings, tmp_path):
    settings.CLICK_SPOOL_DIR = tmp_path / "spool"
    return settings.CLICK_SPOOL_DIR
