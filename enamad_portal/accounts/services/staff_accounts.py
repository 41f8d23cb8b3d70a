"""Accounts of staff: opening, roles, password, closing, a lost phone. Every change leaves an audit row (AUD-1)."""

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session

from enamad_portal.accounts import second_factor
from enamad_portal.accounts.models import RoleGrant, User, national_code_index
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.lifecycle import locked, record


def open_account(
    username: str, password: str, roles: frozenset[Role], *, national_code: str = "", actor: Actor
) -> User:
    """A new staff account; its first sign-in leads to the second factor. Raises ValidationError on a weak password.

    Of the national code only its blind index is kept: one person has one staff account and no say in his own file.
    """
    _administrator(actor)
    validate_password(password)
    _nobody_elses(national_code)
    user = User.objects.create_staff(username, password, *roles, national_code=national_code)
    record(_subject(user), "account_opened", actor=actor, roles=sorted(roles))
    return user


def set_roles(user_id: int, roles: frozenset[Role], *, actor: Actor) -> None:
    """Exactly these roles from the next request on; nobody changes his own."""
    user = _other(user_id, actor)
    before = {Role(value) for value in user.grants.values_list("role", flat=True)}
    user.grants.exclude(role__in=roles).delete()
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles - before)
    record(_subject(user), "roles_changed", actor=actor, before=sorted(before), after=sorted(roles))


def set_person(user_id: int, national_code: str, *, actor: Actor) -> None:
    """Says who the member of staff is; kept as a blind index only."""
    user = _other(user_id, actor)
    _nobody_elses(national_code, user.pk)
    User.objects.filter(pk=user.pk).update(national_code_key=national_code_index(national_code))
    record(_subject(user), "person_stated", actor=actor)


def _nobody_elses(national_code: str, user_id: int | None = None) -> None:
    """Two accounts of one person would be two officers where the law asks for two people."""
    holders = User.objects.filter(national_code_key=national_code_index(national_code))
    if national_code and any(holder.pk != user_id for holder in holders):
        text = "این کد ملی حساب کارکنان دیگری دارد؛ هر کارمند یک حساب دارد و نقش‌ها در همان حساب می‌آید."
        raise Refused(Refusal("person_has_account", text))


def set_active(user_id: int, *, active: bool, actor: Actor) -> None:
    """A closed account is signed out everywhere by its next request (AUTH-3)."""
    user = _other(user_id, actor)
    User.objects.filter(pk=user.pk).update(is_active=active)
    record(_subject(user), "account_reopened" if active else "account_closed", actor=actor)


def reset_second_factor(user_id: int, *, actor: Actor) -> None:
    """A lost phone: the device and recovery codes are forgotten and all sessions of the account end."""
    user = _other(user_id, actor)
    second_factor.forget(user)
    end_sessions(user)
    record(_subject(user), "second_factor_reset", actor=actor)


def set_password(user_id: int, password: str, *, actor: Actor) -> None:
    """A new password told by an administrator; the change ends all sessions. Raises ValidationError on a weak one."""
    user = _other(user_id, actor)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(_subject(user), "password_set", actor=actor)


def end_sessions(user: User) -> int:
    """Ends every session of the account; returns how many there were."""
    live = Session.objects.filter(expire_date__gt=clock.now())
    ended = [row.pk for row in live.iterator() if row.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=ended).delete()
    return len(ended)


def _administrator(actor: Actor) -> None:
    if not actor.has(Role.ADMINISTRATOR):
        raise Refused(Refusal("role_missing", "حساب کارکنان را تنها راهبر سامانه تغییر می‌دهد."))


def _other(user_id: int, actor: Actor) -> User:
    """The staff account, locked; one's own is for somebody else to change."""
    _administrator(actor)
    if user_id == actor.user_id:
        raise Refused(Refusal("own_account", "حساب خود را خودتان تغییر نمی‌دهید؛ راهبر دیگری این کار را می‌کند."))
    user: User = locked(User, user_id)
    if not user.is_staff:
        raise Refused(Refusal("not_staff", "این حساب از آنِ کارکنان نیست."))
    return user


def _subject(user: User) -> str:
    return f"accounts.user:{user.pk}"
