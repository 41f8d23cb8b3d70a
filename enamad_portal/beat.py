"""The clock of the portal (`celery beat`): schedule and broker of the settings, and none of the code that it wakes.

A beat with Django and all apps loaded takes 90 MB to send three short messages.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enamad_portal.settings.embedded")

app = Celery("enamad_portal", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
