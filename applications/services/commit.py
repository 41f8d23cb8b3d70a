"""Accepting the commitment: which text, its hash, when."""

import hashlib

from applications import messages, policy
from applications.lifecycle import APPLICATION, State
from applications.models import Application, CommitmentAcceptance, CommitmentText
from applications.services.cases import own_case, step_in
from applications.services.progress import advance
from applications.services.verify import settle
from applications.verification.facts import facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import Conflict
from enamad_portal.kernel.steps import Task


def text_for(application: Application) -> CommitmentText:
    """The text in force today for this person type."""
    return policy.commitment(application.business.person_type, clock.today())


def text_hash(text: CommitmentText) -> str:
    return hashlib.sha256("\n".join([text.label, *text.clauses]).encode()).hexdigest()


def accept_commitment(reference: str, shown_sha256: str, *, actor: Actor) -> Application:
    """Stores the acceptance of exactly the text that was shown; a text changed meanwhile must be read again."""
    application = own_case(reference, actor)
    text = text_for(application)
    if text_hash(text) != shown_sha256:
        raise Conflict("the commitment text changed while it was read")
    vetted = application.needs("police")
    APPLICATION.fire(application, "commit" if vetted else "commit_unvetted", actor=actor, touched_at=clock.now())
    CommitmentText.objects.filter(pk=text.pk, first_accepted_at=None).update(first_accepted_at=clock.now())
    CommitmentAcceptance.objects.create(
        application=application, text=text, sha256=shown_sha256, accepted_at=clock.now()
    )
    step, task = step_in(application, "commitment"), STEPS["commitment"]
    assert isinstance(task, Task)
    finding = task.tally(facts_of(application), {"accepted_sha256": shown_sha256, "label": text.label})
    assert finding is not None
    settle(application, step, finding)
    advance(application, actor=SYSTEM)
    if application.state == State.PAYMENT_PENDING:
        messages.tell(application, "pay_now")
    return application
