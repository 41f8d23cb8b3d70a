"""Celery's doors: a queue's name in, due rows run, nothing decided."""

from celery import shared_task

from enamad_portal.kernel import work, worker


@shared_task(name="enamad_portal.kernel.tasks.drain")
def drain(queue: str) -> None:
    worker.drain(queue)


@shared_task(name="enamad_portal.kernel.tasks.sweep")
def sweep() -> None:
    work.sweep()
