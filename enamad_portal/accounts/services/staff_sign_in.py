"""Signing in as staff: a password, then a code of the second factor; both counted in rows (AUTH-1, AUTH-2).

A try is written and committed before it is counted, so whoever commits later sees it: of two hundred parallel guesses
at most five are ever judged. A judged right try stops counting, an unjudged one never starts to.
"""

from datetime import timedelta

from django.contrib.auth import authenticate
from django.db.models import Q

from enamad_portal.accounts import second_factor
from enamad_portal.accounts.models import SignInTry, SpentCode, User
from enamad_portal.kernel import clock, codes, crypto, use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.codes import Style, typed
from enamad_portal.kernel.lifecycle import record

WINDOW = timedelta(minutes=15)
PER_NAME, PER_SOURCE = 5, 20
_VISITOR = Actor(frozenset())
Kind, Outcome = SignInTry.Kind, SignInTry.Outcome


def password_matches(username: str, password: str, *, source: str) -> User | None:
    """An edge of its own: the staff account that this name and password open, or None whatever the reason (AUTH-4)."""
    attempt = use_cases.run(_begin, Kind.PASSWORD, username, source)
    if not use_cases.run(_may_be_judged, attempt):
        return None
    found = authenticate(None, username=username, password=password)
    user = found if isinstance(found, User) and found.is_staff else None
    use_cases.run(_end, attempt, user, right=user is not None)
    return user


def code_matches(user: User, code: str, *, source: str) -> bool:
    """An edge of its own: whether this is the account's code now, or one of its recovery codes; each opens once."""
    attempt = use_cases.run(_begin, Kind.SECOND_FACTOR, user.username or "", source)
    if not use_cases.run(_may_be_judged, attempt):
        return False
    right = use_cases.run(_spend, user, typed(code, Style.DIGITS))
    use_cases.run(_end, attempt, user, right=right)
    return right


def enrol(user: User, secret: str, code: str) -> list[str]:
    """Binds the second factor once its first code is right; returns the recovery codes, none for a wrong code."""
    counter = second_factor.counter_of(secret, typed(code, Style.DIGITS))
    if counter is None:
        return []
    SpentCode.objects.get_or_create(user=user, counter=counter)
    recovery = second_factor.enrol(user, secret)
    record(f"accounts.user:{user.pk}", "second_factor_enrolled", actor=user.actor())
    return recovery


def _name_key(username: str) -> str:
    return crypto.blind_index("staff-name", username.strip().casefold())


def _begin(kind: SignInTry.Kind, username: str, source: str) -> SignInTry:
    return SignInTry.objects.create(
        kind=kind, name_key=_name_key(username), source_key=codes.source_index(source), at=clock.now()
    )


def _may_be_judged(attempt: SignInTry) -> bool:
    """Counts this try among those that were judged wrong or wait to be judged."""
    counted = SignInTry.objects.filter(
        Q(outcome=Outcome.WRONG) | Q(outcome=Outcome.PENDING), kind=attempt.kind, at__gt=attempt.at - WINDOW
    )
    by_name = counted.filter(name_key=attempt.name_key).count()
    by_source = counted.filter(source_key=attempt.source_key).count()
    if by_name <= PER_NAME and by_source <= PER_SOURCE:
        return True
    _settle(attempt, Outcome.REFUSED)
    record(_subject(attempt), f"staff_{attempt.kind}_tried", actor=_VISITOR, outcome=Outcome.REFUSED.value)
    return False


def _end(attempt: SignInTry, user: User | None, *, right: bool) -> None:
    outcome = Outcome.RIGHT if right else Outcome.WRONG
    _settle(attempt, outcome)
    subject = f"accounts.user:{user.pk}" if user else _subject(attempt)
    record(subject, f"staff_{attempt.kind}_tried", actor=user.actor() if user else _VISITOR, outcome=outcome.value)


def _settle(attempt: SignInTry, outcome: SignInTry.Outcome) -> None:
    SignInTry.objects.filter(pk=attempt.pk).update(outcome=outcome)


def _subject(attempt: SignInTry) -> str:
    return f"sign-in:{attempt.name_key[:32]}"


def _spend(user: User, code: str) -> bool:
    if len(code) == second_factor.RECOVERY_CODE_DIGITS:
        return second_factor.spend_recovery_code(user, code)
    counter = second_factor.matching_counter(user, code)
    if counter is None:
        return False
    _, fresh = SpentCode.objects.get_or_create(user=user, counter=counter)
    return fresh
