from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "enamad_portal.kernel"
    label = "kernel"
    verbose_name = "هسته"

    def ready(self) -> None:
        from enamad_portal.kernel import anchors, crypto, messaging, stored_files, work  # noqa: PLC0415 - app ready

        work.register(messaging.MESSAGE_JOB, anchors.ANCHOR_JOB)
        crypto.ELSEWHERE["kernel.Document files"] = stored_files.reseal
