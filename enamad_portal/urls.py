"""Every address of the portal; each app keeps its own under it."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from applications.web.callbacks import provider_callback
from enamad_portal import operations
from enamad_portal.api.views import NowhereView
from enamad_portal.kernel.styleguide import styleguide

urlpatterns = [
    path("", include("applications.web.public_urls")),
    path("accounts/", include("enamad_portal.accounts.web.urls")),
    path("panel/", include("applications.web.urls")),
    path("api/v1/", include("enamad_portal.api.urls")),
    path("api/v1/", include("applications.api.urls")),
    re_path(r"^api/(?:[\s\S]*/)?$", NowhereView.as_view()),
    path("admin/", admin.site.urls),
    path("providers/callbacks/<slug:service>/", provider_callback, name="provider_callback"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
]
if settings.STYLEGUIDE:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

handler400 = operations.bad_request
handler500 = operations.server_error
