"""One person, one account: whose identity it is, once civil registry and mobile ownership have both said yes.

Asked before that, the question would tell strangers who has an account here (AUTH-4). Lies below `progress.py`.
"""

from collections.abc import Mapping
from typing import Any

from applications.models import Applicant, Application, VerificationStep
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import STEP_LIFECYCLE, StepState, Verdict

OTHER_ACCOUNT = "identity_other_account"
"""Finding of a person who has an account already; an officer who accepts it knows of both."""


def follow_match(application: Application, steps: Mapping[str, VerificationStep]) -> None:
    """Keeps the proved identity for this account, or fails the step when another account holds it."""
    owner, identity = application.business.owner, steps.get("identity")
    if owner.matched_at or identity is None or not _proved(identity, steps.get("mobile")):
        return
    if keep_identity(owner) or identity.code == OTHER_ACCOUNT:
        return
    STEP_LIFECYCLE.fire(identity, "reopen", actor=SYSTEM, verified_at=None)
    STEP_LIFECYCLE.fire(identity, "start", actor=SYSTEM)
    columns: dict[str, Any] = {
        "verdict": Verdict.FAILED,
        "code": OTHER_ACCOUNT,
        "evidence": {},
        "received_at": clock.now(),
    }
    STEP_LIFECYCLE.fire(identity, "fail", actor=SYSTEM, facts={"finding": OTHER_ACCOUNT}, **columns)


def _proved(*steps: VerificationStep | None) -> bool:
    return all(step is not None and step.state == StepState.PASSED for step in steps)


def keep_identity(owner: Applicant) -> bool:
    """Marks the account as this person's own. False: another account is; the rows of both are locked to look."""
    twins = Applicant.objects.select_for_update().filter(national_code_key=owner.national_code_key).order_by("pk")
    holders = {pk for pk, matched_at in twins.values_list("pk", "matched_at") if matched_at}
    if holders - {owner.pk}:
        return False
    if not holders:
        owner.matched_at = clock.now()
        Applicant.objects.filter(pk=owner.pk, matched_at=None).update(matched_at=owner.matched_at)
        record(f"applications.applicant:{owner.pk}", "identity_matched", actor=SYSTEM)
    return True
