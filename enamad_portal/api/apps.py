from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "enamad_portal.api"
    label = "api"
