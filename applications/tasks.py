"""Doors of the durable jobs: a name, the use case behind it, its queue and time budget."""

from celery import shared_task

from applications.services import clicks, grant, landline, letters, pay, snippet, verify
from enamad_portal.kernel import clock
from enamad_portal.kernel.work import Kind

KINDS = (
    Kind("applications.look", verify.look, queue="verification", budget_s=10),
    Kind("applications.fetch", verify.look, queue="fetch", budget_s=45),
    Kind("applications.payment", pay.watch, queue="verification", budget_s=10),
    Kind("applications.letter", letters.dispatch, queue="notices", budget_s=10),
    Kind("applications.letter_watch", letters.watch, queue="verification", budget_s=10),
    Kind("applications.incoming_calls", landline.listen, queue="verification", budget_s=10),
    Kind("applications.tax_code", grant.fetch_tax_code, queue="verification", budget_s=10),
    Kind("applications.snippet", snippet.look, queue="fetch", budget_s=45),
)


@shared_task(name="applications.tasks.fold_clicks")
def fold_clicks() -> None:
    clicks.fold(clock.now())
