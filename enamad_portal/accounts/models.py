"""Accounts: people who sign in by mobile code, and staff who sign in by password and second factor."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from enamad_portal.accounts import permissions
from enamad_portal.kernel import crypto
from enamad_portal.kernel.actors import STAFF_ROLES, Actor, Role
from enamad_portal.kernel.iran import phones


def mobile_index(mobile: str) -> str:
    """Where an E.164 mobile number is looked up; the number itself is sealed."""
    return crypto.blind_index("user-mobile", mobile)


def national_code_index(code: str) -> str:
    """Where a person's national code is looked up; one person has one index, whatever accounts he holds."""
    return crypto.blind_index("national-code", code)


class UserManager(BaseUserManager["User"]):
    def by_mobile(self, mobile: str) -> "User | None":
        return self.filter(mobile_key=mobile_index(mobile)).first()

    def create_staff(self, username: str, password: str, *roles: Role, national_code: str = "") -> "User":
        """A staff account with its roles; used by seeds and by administrators."""
        user = User(username=username, is_staff=True)
        user.national_code_key = national_code_index(national_code) if national_code else None
        user.set_password(password)
        user.save()
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
        return user

    def create_superuser(self, username: str, password: str) -> "User":
        """Django's command: an administrator; there is no flag above the roles."""
        return self.create_staff(username, password, Role.ADMINISTRATOR)


class User(crypto.Sealed, AbstractBaseUser):
    """One person's key to the portal. Identity (national code, birth date) belongs to the applicant, not here."""

    username = models.CharField("نام کاربری کارکنان", max_length=40, unique=True, null=True, blank=True)
    mobile = crypto.SealedTextField("تلفن همراه", null=True, blank=True)
    mobile_key = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - staff have none
    national_code_key = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - as above
    """Who a member of staff is, so that nobody decides on his own file or as two officers (AUTHZ-5)."""
    is_active = models.BooleanField("فعال", default=True)
    is_staff = models.BooleanField("کارمند", default=False)
    created_at = models.DateTimeField("ایجاد", auto_now_add=True)

    USERNAME_FIELD = "username"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "حساب"
        verbose_name_plural = "حساب‌ها"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mobile_key__isnull=False) | models.Q(username__isnull=False), name="user_can_sign_in"
            )
        ]

    def __str__(self) -> str:
        return self.username or (phones.mask_mobile(self.mobile) if self.mobile else f"#{self.pk}")

    @cached_property
    def roles(self) -> frozenset[Role]:
        granted = {Role(value) for value in self.grants.values_list("role", flat=True)}
        return frozenset(granted if self.is_staff else {Role.APPLICANT})

    def actor(self) -> Actor:
        return Actor(self.roles, self.pk)

    @property
    def is_superuser(self) -> bool:
        """Nobody is above the roles: an override is a row of a lifecycle table."""
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.is_active and permissions.allowed(self.roles, perm)

    def has_perms(self, perms: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and permissions.sees_module(self.roles, app_label)


class RoleGrant(models.Model):
    """A staff account holds a role."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField("نقش", max_length=20, choices=[(role.value, role.label) for role in sorted(STAFF_ROLES)])
    granted_at = models.DateTimeField("از", auto_now_add=True)

    class Meta:
        verbose_name = "نقش"
        verbose_name_plural = "نقش‌ها"
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role")]


class SignInTry(models.Model):
    """One try at a staff sign-in, written before it is judged: the rows are the limit, whatever the cache forgets."""

    class Kind(models.TextChoices):
        PASSWORD = "password", "گذرواژه"
        SECOND_FACTOR = "second_factor", "رمز دوم"

    class Outcome(models.TextChoices):
        PENDING = "pending", "در حال بررسی"
        RIGHT = "right", "درست"
        WRONG = "wrong", "نادرست"
        REFUSED = "refused", "بررسی نشد"

    kind = models.CharField(max_length=14, choices=Kind)
    name_key = models.CharField("نمایه نام کاربری", max_length=64)
    source_key = models.CharField("نمایه نشانی", max_length=64)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PENDING)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "name_key", "at"]),
            models.Index(fields=["kind", "source_key", "at"]),
        ]


class SpentCode(models.Model):
    """A time-based code opens one session only (RFC 6238, 5.2): its time step is used up by this row."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    counter = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "counter"], name="one_session_per_code")]
