"""Brings database, reference data and static files to this version of the code, in one Python process.

`python -m deploy.prepare` is what production runs before its services start; `--demo` adds the demo data.
Every step may run again at any time.
"""

import argparse
import os
import sys
import time

Steps = list[tuple[str, dict[str, object]]]
STEPS: Steps = [("migrate", {"interactive": False}), ("createcachetable", {}), ("seed_reference", {})]
DEMO_STEPS: Steps = [("seed_demo", {})]
STATIC_STEPS: Steps = [("collectstatic", {"interactive": False, "ignore_patterns": ["rest_framework"]})]


def prepare(*, demo: bool = False, static: bool = True) -> None:
    """Run the steps in order; the first that fails stops the rest with its own error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enamad_portal.settings.embedded")
    import django  # noqa: PLC0415 - after the settings are named
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    for name, options in STEPS + (DEMO_STEPS if demo else []) + (STATIC_STEPS if static else []):
        started = time.monotonic()
        call_command(name, verbosity=0, **options)
        print(f"prepared: {name} {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true", help="load the demo data too")
    parser.add_argument("--no-static", action="store_false", dest="static", help="leave the static files as they are")
    prepare(**vars(parser.parse_args()))
    sys.exit(0)
