"""Finding a case for somebody: owners reach their own, everybody else gets NotFound (AUTHZ-1)."""

from applications.models import Application
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.errors import NotFound


def own_case(reference: str, actor: Actor) -> Application:
    """The applicant's own application, locked; lock order is application, then steps, invoice, badge."""
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "business__owner__user", "business__activity", "requirement"
    )
    application = rows.filter(reference=reference, business__owner__user_id=actor.account).first()
    if application is None:
        raise NotFound(reference)
    return application


def case(pk: int) -> Application:
    """Any application, locked, for the system and for staff."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("business__owner__user", "business__activity", "requirement")
        .get(pk=pk)
    )
