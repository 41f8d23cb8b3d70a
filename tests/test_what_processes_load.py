"""Each process loads what it works with: a module that another brings along costs every one of them its memory."""

import os
import subprocess
import sys

import pytest

from deploy.processes import ROOT
from enamad_portal.celery import app as worker

BEAT = "import enamad_portal.beat as beat; beat.app.finalize(); beat.app.conf.beat_schedule; import celery.apps.beat"
WORKER = "import enamad_portal.celery as it; it.app.loader.import_default_modules(); import celery.apps.worker"
WEB = "import enamad_portal.wsgi; from django.urls import get_resolver; get_resolver()._populate()"
DECODERS = {"PIL", "lxml.etree", "pikepdf", "pypdfium2", "weasyprint", "qrcode"}


@pytest.mark.parametrize(
    ("start", "absent"),
    [
        (BEAT, {"django.apps", "django.db", "enamad_portal.kernel.work", "applications"} | DECODERS),
        (WORKER, {"applications.web.public", "enamad_portal.urls", "rest_framework.views", "redis"} | DECODERS),
        (WEB, {"redis"} | DECODERS),
    ],
    ids=["beat", "worker", "web"],
)
def test_no_process_loads_what_others_work_with(tmp_path, start, absent):
    ours = {"PORTAL_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "enamad_portal.settings.embedded"}
    env = {name: text for name, text in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}} | ours
    command = [sys.executable, "-c", f"import sys; {start}; print(*sys.modules)"]
    loaded = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout.split()
    assert absent & set(loaded) == set()


def test_beat_sends_nothing_that_no_worker_knows():
    worker.loader.import_default_modules()
    assert {entry["task"] for entry in worker.conf.beat_schedule.values()} <= worker.tasks.keys()
