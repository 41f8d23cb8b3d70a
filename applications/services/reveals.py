"""Opening a masked field: with a reason, recorded, at most so many an hour (PII-4)."""

from datetime import timedelta

from applications import policy
from applications.lifecycle import not_own_file
from applications.models import Application, Reveal
from applications.services.cases import case
from enamad_portal.accounts.models import User
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.lifecycle import locked, record

FIELDS = ("name", "national_code", "birth_date", "mobile", "email", "landline", "postal_code", "address")
SEERS = (Role.REVIEWER, Role.SENIOR_REVIEWER, Role.POLICE_LIAISON, Role.SUPPORT)
SHORTEST_REASON = 5


def reveal(application_id: int, field: str, reason: str, *, actor: Actor) -> Application:
    """Records that this officer sees one field of this case, and returns the case to read it from."""
    if field not in FIELDS:
        raise NotFound(field)
    if not actor.has(*SEERS):
        raise Refused(Refusal("role_missing", "دیدن داده شخصی در اختیار نقش شما نیست."))
    application = case(application_id)
    if own := not_own_file(application, actor):
        raise Refused(own)
    open_with_reason(application, field, reason, actor=actor)
    return application


def open_with_reason(application: Application, field: str, reason: str, *, actor: Actor) -> None:
    """The part that every reveal shares: says why, stays under the hourly limit, is recorded. Raises Refused."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(Refusal("reason_missing", "بنویسید این داده را برای چه کاری لازم دارید؛ دست‌کم ۵ نویسه."))
    locked(User, actor.account)
    now = clock.now()
    most = policy.limit("reveals_per_hour", clock.today())
    if Reveal.objects.filter(officer_id=actor.account, at__gt=now - timedelta(hours=1)).count() >= most:
        text = f"در هر ساعت حداکثر {persian_digits(most)} داده آشکار می‌شود؛ کمی بعد دوباره بخواهید."
        raise Refused(Refusal("too_many_reveals", text))
    Reveal.objects.create(
        application=application, field=field, reason=reason.strip()[:200], officer_id=actor.account, at=now
    )
    record(application.subject_key, "revealed", actor=actor, note=reason.strip()[:200], field=field)
