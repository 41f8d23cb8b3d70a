"""Every address of the portal; each app keeps its own under it."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from enamad_portal.kernel.styleguide import styleguide

urlpatterns = [
    path("", include("applications.web.public_urls")),
    path("accounts/", include("enamad_portal.accounts.web.urls")),
    path("panel/", include("applications.web.urls")),
    path("api/v1/", include("applications.api.urls")),
    path("admin/", admin.site.urls),
]
if settings.STYLEGUIDE:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
