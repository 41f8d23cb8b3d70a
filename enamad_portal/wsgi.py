"""What granian serves: the logo from memory, everything else by Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enamad_portal.settings.embedded")

from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()

from applications.badge.shim import BadgeShim  # noqa: E402  its models need the app registry

application = BadgeShim(_django)
