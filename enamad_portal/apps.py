from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The composition root: makes our Celery application the current one in every Django process."""

    name = "enamad_portal"
    label = "portal"

    def ready(self) -> None:
        from enamad_portal import celery  # noqa: F401, PLC0415 - app ready
