"""The Celery application; its tasks are doors: they claim due rows and call use cases, and decide nothing."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enamad_portal.settings.embedded")

app = Celery("enamad_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["enamad_portal.kernel", "applications"])
