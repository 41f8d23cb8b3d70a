from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "enamad_portal.accounts"
    label = "accounts"
    verbose_name = "حساب‌ها"

    def ready(self) -> None:
        from enamad_portal.accounts import second_factor  # noqa: PLC0415 - app ready
        from enamad_portal.kernel import crypto  # noqa: PLC0415 - app ready

        crypto.ELSEWHERE["second factors of staff"] = second_factor.reseal
