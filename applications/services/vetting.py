"""What the answer of the police does to a case. Lies below `progress.py`; what people do about it is in `police.py`."""

from datetime import datetime

from applications import messages
from applications.lifecycle import APPLICATION
from applications.models import Application, PoliceAnswer, VerificationStep
from applications.services import formal_letters
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.steps import StepState


def follow_answer(application: Application, step: VerificationStep, actor: Actor) -> None:
    """An answered step moves the case; its details leave the step, which all staff see, for a sealed row (AUTHZ-3)."""
    if step.state not in {StepState.PASSED, StepState.FAILED}:
        return
    _put_away(application, step)
    if not PoliceAnswer.objects.filter(application=application, round=step.round).exists():
        return  # a closed step without an answer of the police moves nothing
    if step.state == StepState.FAILED:
        APPLICATION.fire(application, "refuse_by_police", actor=actor)
        formal_letters.of_suspension(application, actor=actor)
        return
    APPLICATION.fire(application, "clear_by_police", actor=actor)
    messages.tell(application, "pay_now")


def _put_away(application: Application, step: VerificationStep) -> None:
    told = step.evidence
    if "answered_at" in told:
        PoliceAnswer.objects.create(
            application=application,
            round=step.round,
            positive="yes" if step.state == StepState.PASSED else "no",
            police_reference=told["police_reference"],
            answered_at=datetime.fromisoformat(told["answered_at"]),
            entered_by_id=told.get("entered_by"),
        )
    step.evidence = {}
    VerificationStep.objects.filter(pk=step.pk).update(evidence={}, reference="")
