"""Finding a case for somebody: owners reach their own, everybody else gets NotFound (AUTHZ-1)."""

from applications.lifecycle import CLOSED
from applications.models import Application, VerificationStep
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.errors import NotFound, Refusal, Refused


def own_case(reference: str, actor: Actor) -> Application:
    """The applicant's own application, locked; lock order is application, then steps, invoice, badge."""
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "business__owner__user", "business__activity", "requirement"
    )
    application = rows.filter(reference=reference, business__owner__user_id=actor.account).first()
    if application is None:
        raise NotFound(reference)
    return application


def own_open_case(reference: str, actor: Actor) -> Application:
    """As `own_case`, for whoever goes on with its steps. Raises Refused when the case is closed."""
    application = own_case(reference, actor)
    if application.state in CLOSED:
        raise Refused(Refusal("case_closed", "این پرونده بسته است و گام‌های آن دیگر ادامه نمی‌یابد."))
    return application


def case(pk: int) -> Application:
    """Any application, locked, for the system and for staff."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("business__owner__user", "business__activity", "requirement")
        .get(pk=pk)
    )


def step_in(application: Application, key: str) -> VerificationStep:
    """A step of the case. Raises NotFound where the requirements name no such step or nothing was submitted yet."""
    step = application.steps.filter(key=key).first()
    if step is None:
        raise NotFound(key)
    return step
