"""Celery's doors: a queue's name in, due rows run, nothing decided."""

from celery import shared_task

from enamad_portal.kernel import anchors, use_cases, work, worker


@shared_task(name="enamad_portal.kernel.tasks.drain")
def drain(queue: str) -> None:
    worker.drain(queue)


@shared_task(name="enamad_portal.kernel.tasks.sweep")
def sweep() -> None:
    work.sweep()


@shared_task(name="enamad_portal.kernel.tasks.anchor_audit")
def anchor_audit() -> None:
    use_cases.run(anchors.ask_for_today)
