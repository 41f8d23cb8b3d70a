"""The peer of the table: the same logo as an ordinary Django view asks for it. No part of the portal.

Same settings, middleware, database and server as the portal's own; the picture is the portal's, only the way to it is
the usual one: middleware, URL, a query by the ORM, a response.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enamad_portal.settings.embedded")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

settings.ROOT_URLCONF = __name__
application = get_wsgi_application()

from applications.badge.drawing import Variant, draw  # noqa: E402  models need the app registry
from applications.models import Badge  # noqa: E402


def logo(request: HttpRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 - the signature of a view
    badge = get_object_or_404(Badge, public_id=public_id)
    picture = draw(Variant.OWN, badge.domain, badge.public_code, badge.stars)
    return HttpResponse(picture, content_type="image/svg+xml; charset=utf-8")


urlpatterns = [path("badge/<slug:public_id>.svg", logo)]
