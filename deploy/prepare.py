"""Brings database, reference data and static files to this version of the code, in one Python process.

`python -m deploy.prepare` is what production runs before its services start; `--demo` adds the demo data.
Every step may run again at any time.
"""

import argparse
import os
import sys
import time

STEPS: list[tuple[str, dict[str, object]]] = [
    ("migrate", {"interactive": False}),
    ("createcachetable", {}),
    ("seed_reference", {}),
    ("collectstatic", {"interactive": False}),
]
DEMO_STEPS: list[tuple[str, dict[str, object]]] = [("seed_demo", {})]


def prepare(*, demo: bool) -> None:
    """Run the steps in order; the first that fails stops the rest with its own error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enamad_portal.settings.embedded")
    import django  # noqa: PLC0415 - after the settings are named
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    for name, options in STEPS + (DEMO_STEPS if demo else []):
        started = time.monotonic()
        call_command(name, verbosity=0, **options)
        print(f"prepared: {name} {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true", help="load the demo data too")
    prepare(demo=parser.parse_args().demo)
    sys.exit(0)
