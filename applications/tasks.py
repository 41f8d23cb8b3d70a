"""Doors of the durable jobs: a name, the use case behind it, its queue and time budget."""

from celery import shared_task

from applications.services import (
    archive,
    badge,
    clicks,
    domain,
    domain_again,
    grant,
    landline,
    letters,
    pay,
    reconcile,
    recount,
    retention,
    snippet,
    verify,
)
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.work import Kind

KINDS = (
    Kind("applications.look", verify.look, queue="verification", budget_s=10),
    Kind("applications.fetch", verify.look, queue="fetch", budget_s=45),
    Kind("applications.payment", pay.watch, queue="verification", budget_s=10),
    Kind("applications.payment_look", reconcile.look, queue="verification", budget_s=10),
    Kind("applications.letter", letters.dispatch, queue="notices", budget_s=10),
    Kind("applications.letter_watch", letters.watch, queue="verification", budget_s=10),
    Kind("applications.incoming_calls", landline.listen, queue="verification", budget_s=10),
    Kind("applications.expire_badge", badge.expire, budget_s=2),
    Kind("applications.tax_code", grant.fetch_tax_code, queue="verification", budget_s=10),
    Kind("applications.archive", archive.round_of_day, budget_s=20),
    Kind("applications.idle", archive.handle_idle, budget_s=2),
    Kind("applications.recount", recount.recount, budget_s=30),
    Kind("applications.deadline", recount.follow_calendar, budget_s=2),
    Kind("applications.retention", retention.round_of_day, budget_s=45),
    Kind("applications.domain_look", domain.look_besides, queue="fetch", budget_s=45),
    Kind("applications.domain_again", domain_again.look_again, queue="fetch", budget_s=45),
    Kind("applications.snippet", snippet.look, queue="fetch", budget_s=45),
)


@shared_task(name="applications.tasks.fold_clicks")
def fold_clicks() -> None:
    clicks.fold(clock.now())


@shared_task(name="applications.tasks.begin_day")
def begin_day() -> None:
    use_cases.run(archive.begin_day)
    use_cases.run(retention.begin_day)
    use_cases.run(badge.plan_expiries)
