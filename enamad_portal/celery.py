"""The Celery application; its tasks are doors: they claim due rows and call use cases, and decide nothing."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_before_create_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enamad_portal.settings.embedded")
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # they load every page of the site; `make check` and prepare ran them

app = Celery("enamad_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["enamad_portal.kernel", "applications"])


@worker_before_create_process.connect
def share_memory(**_signal: Any) -> None:
    """What the parent has loaded is left alone by the children's collector, so that they go on sharing its pages."""
    gc.collect()
    gc.freeze()
