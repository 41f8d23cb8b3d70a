"""What belongs to the API as a whole; each app lists its own calls."""

from django.urls import path

from enamad_portal.api import schema

urlpatterns = [
    path("schema/", schema.SchemaView.as_view(), name="api_schema"),
    path("docs/", schema.docs, name="api_docs"),
]
