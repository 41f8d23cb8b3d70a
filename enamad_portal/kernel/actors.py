"""Who acts: every use case and every audit row names an actor, and every role of the portal is a row of `Role`."""

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    """All roles in one table; lifecycles name them, `accounts` hands them out."""

    APPLICANT = "applicant", "متقاضی"
    SYSTEM = "system", "سامانه"
    REVIEWER = "reviewer", "کارشناس ارزیاب"
    SENIOR_REVIEWER = "senior_reviewer", "کارشناس ارشد"
    POLICE_LIAISON = "police_liaison", "رابط پلیس"
    FINANCE = "finance", "امور مالی"
    SUPPORT = "support", "پشتیبانی"
    AUDITOR = "auditor", "ناظر (فقط خواندن)"
    ADMINISTRATOR = "administrator", "راهبر سامانه"


STAFF_ROLES = frozenset(Role) - {Role.APPLICANT, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the system, with the roles held at this moment."""

    roles: frozenset[Role]
    user_id: int | None = None

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def account(self) -> int:
        """The account's number; only a person has one."""
        if self.user_id is None:
            raise TypeError("the system has no account")
        return self.user_id

    @property
    def name(self) -> str:
        """What the audit row keeps: `system`, or the account's number (never a person's name)."""
        return "system" if self.user_id is None else f"user:{self.user_id}"


SYSTEM = Actor(frozenset({Role.SYSTEM}))
