"""Signing in by a code sent to one's mobile."""

from datetime import timedelta

from enamad_portal.accounts.models import User, mobile_index
from enamad_portal.kernel import codes, messaging
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.codes import Judgement
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.messaging import Channel, Draft

PURPOSE = "sign-in"
CODE_LIFE = timedelta(minutes=10)
_VISITOR = Actor(frozenset({Role.APPLICANT}))


def subject_of(mobile: str) -> str:
    return f"sign-in:{mobile_index(mobile)[:32]}"


def request_code(mobile: str, *, source: str) -> None:
    """Sends a 6-digit code to an E.164 mobile; says the same for known and unknown numbers (AUTH-4)."""
    if refusal := messaging.refusal_of_code(Channel.SMS, mobile, source):
        raise Refused(refusal)
    subject = subject_of(mobile)
    code = codes.issue(PURPOSE, subject, channel=Channel.SMS, destination=mobile, life=CODE_LIFE, source=source)
    messaging.send(Draft(Channel.SMS, mobile, "sign_in_code"), subject=subject, code=code)
    record(subject, "sign_in_code_requested", actor=_VISITOR)


def sign_in(mobile: str, guess: str) -> User | Judgement:
    """The account of this mobile (made at its first sign-in) when the code is right, else why not."""
    subject = subject_of(mobile)
    judgement = codes.judge(PURPOSE, subject, guess)
    record(subject, "sign_in_code_tried", actor=_VISITOR, judgement=judgement.value)
    if judgement is not Judgement.ACCEPTED:
        return judgement
    user = User.objects.by_mobile(mobile)
    if user is None:
        user = User(mobile=mobile, mobile_key=mobile_index(mobile))
        user.set_unusable_password()
        user.save()
    return user if user.is_active else Judgement.SPENT
