from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "enamad_portal.kernel"
    label = "kernel"
    verbose_name = "هسته"

    def ready(self) -> None:
        from enamad_portal.kernel import (  # noqa: PLC0415 - app ready
            anchors,
            crypto,
            letter_delivery,
            letter_pdf,
            messaging,
            stored_files,
            work,
        )

        work.register(messaging.MESSAGE_JOB, anchors.ANCHOR_JOB, letter_delivery.SERVICE, letter_pdf.DRAWING)
        crypto.ELSEWHERE["kernel.Document files"] = stored_files.reseal
