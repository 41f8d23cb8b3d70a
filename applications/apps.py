from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "درخواست‌ها و نمادها"

    def ready(self) -> None:
        from applications import policy, tasks  # noqa: PLC0415 - app ready
        from applications.services import formal_letters  # noqa: PLC0415 - app ready
        from enamad_portal.kernel import dated, letters, work  # noqa: PLC0415 - app ready
        from enamad_portal.kernel.calendar import news  # noqa: PLC0415 - app ready

        work.register(*tasks.KINDS)
        dated.register_numbers(policy.limit)
        letters.register(*formal_letters.KINDS)
        news.FOLLOWERS.append("applications.recount")
