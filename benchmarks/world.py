"""A portal of our own to measure: fresh folder, the services that DATABASE_URL and REDIS_URL name, reference data."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


class NoServicesError(RuntimeError):
    """The benchmark needs PostgreSQL and Redis of its own."""


@contextlib.contextmanager
def portal() -> Iterator[Path]:
    """Django set up in the sandbox world on an empty database; the folder that PORTAL_VAR names meanwhile."""
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        raise NoServicesError("run it as `python -m deploy.private_services -- python -m benchmarks`")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as var:
        os.environ |= {
            "PORTAL_VAR": var,
            "WORLD": "sandbox",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "enamad_portal.settings.embedded",
        }
        from deploy.prepare import prepare  # noqa: PLC0415 - the variables come first

        with contextlib.redirect_stdout(None):
            prepare(static=False)
        yield Path(var)
