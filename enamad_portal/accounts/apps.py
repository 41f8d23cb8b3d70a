from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "enamad_portal.accounts"
    label = "accounts"
    verbose_name = "حساب‌ها"
