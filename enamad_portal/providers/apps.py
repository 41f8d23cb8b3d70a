from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """Holds no models: what a provider said is stored by the app that asked."""

    name = "enamad_portal.providers"
    label = "providers"

    def ready(self) -> None:
        from enamad_portal.providers import carriers, malware  # noqa: PLC0415 - app ready

        carriers.register()
        malware.register()
