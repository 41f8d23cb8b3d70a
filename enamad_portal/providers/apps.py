from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """Holds no models: what a provider said is stored by the app that asked."""

    name = "enamad_portal.providers"
    label = "providers"
