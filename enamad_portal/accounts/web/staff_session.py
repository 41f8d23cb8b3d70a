"""What a staff session remembers: who passed the password, when the second factor was verified, when it was last used.

Times are the portal's own clock: idle 20 minutes, at most 8 hours (AUTH-3).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from enamad_portal.accounts.models import User
from enamad_portal.kernel import clock

_PENDING, _PENDING_AT, _NEXT = "staff_pending", "staff_pending_at", "staff_next"
_VERIFIED_AT, _SEEN_AT = "staff_verified_at", "staff_seen_at"
PENDING_LIFE = timedelta(minutes=10)
_NOTE_EVERY = timedelta(minutes=1)


def await_second_factor(request: HttpRequest, user: User, target: str) -> None:
    """After the right password: remembers whose code is awaited, opens nothing yet."""
    request.session.flush()
    request.session[_PENDING] = user.pk
    request.session[_PENDING_AT] = clock.now().isoformat()
    request.session[_NEXT] = target


def awaited(request: HttpRequest) -> User | None:
    """Whose second factor is awaited; ten minutes after the password nobody's."""
    since = _moment(request, _PENDING_AT)
    if since is None or not timedelta() <= clock.now() - since < PENDING_LIFE:
        return None
    return User.objects.filter(pk=request.session[_PENDING], is_active=True, is_staff=True).first()


def target_of(request: HttpRequest) -> str:
    return str(request.session.get(_NEXT, ""))


def open_for(request: HttpRequest, user: User) -> None:
    """Both factors are right: a session with a new key (AUTH-3)."""
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[_VERIFIED_AT] = request.session[_SEEN_AT] = clock.now().isoformat()


def is_open(request: HttpRequest) -> bool:
    """An active staff account whose second factor was verified in this session, neither idle nor too old."""
    user = request.user
    if not (user.is_active and getattr(user, "is_staff", False)):
        return False
    now, verified, seen = clock.now(), _moment(request, _VERIFIED_AT), _moment(request, _SEEN_AT)
    if (
        verified is None
        or seen is None
        or now - verified >= settings.STAFF_SESSION
        or now - seen >= settings.STAFF_IDLE
    ):
        return False
    if now - seen >= _NOTE_EVERY:
        request.session[_SEEN_AT] = now.isoformat()
    return True


def _moment(request: HttpRequest, name: str) -> datetime | None:
    value = request.session.get(name)
    return datetime.fromisoformat(value) if value else None
