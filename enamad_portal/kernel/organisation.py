"""Who runs this portal: name, address, phones and hours, as every footer and letter shows them."""

import time
from dataclasses import dataclass

from django.db import models

_KEPT_S = 5.0
CONTACTS = ("address", "phone", "more_phones", "email", "hours")


class Organisation(models.Model):
    """The one row that administrators keep up; empty fields are simply not shown."""

    name = models.CharField("نام سازمان", max_length=120, blank=True)
    address = models.CharField("نشانی", max_length=300, blank=True)
    postal_code = models.CharField("کد پستی", max_length=10, blank=True)
    phone = models.CharField("تلفن پشتیبانی", max_length=40, blank=True)
    more_phones = models.CharField("تلفن‌های دیگر", max_length=200, blank=True)
    email = models.CharField("ایمیل", max_length=120, blank=True)
    hours = models.CharField("ساعت پاسخ‌گویی", max_length=160, blank=True)
    signatory_name = models.CharField("امضاکننده نامه‌ها", max_length=80, blank=True)
    signatory_post = models.CharField("سمت امضاکننده", max_length=120, blank=True)

    class Meta:
        app_label = "kernel"
        verbose_name = "مشخصات سازمان"
        verbose_name_plural = "مشخصات سازمان"

    def __str__(self) -> str:
        return self.name or "مشخصات سازمان"

    def imprint(self) -> "Imprint":
        return Imprint(**{name: getattr(self, name) for name in Imprint.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Imprint:
    """What pages and letters print."""

    name: str = ""
    address: str = ""
    postal_code: str = ""
    phone: str = ""
    more_phones: str = ""
    email: str = ""
    hours: str = ""
    signatory_name: str = ""
    signatory_post: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether there is anything to print at the foot of a paper."""
        return any(getattr(self, name) for name in CONTACTS)


class _Kept:
    """Read at most every five seconds per process: the row is on every page and changes once a year."""

    def __init__(self) -> None:
        self.value, self.read_at = Imprint(), float("-inf")

    def get(self) -> Imprint:
        if time.monotonic() - self.read_at > _KEPT_S:
            row = Organisation.objects.filter(pk=1).first()
            self.value, self.read_at = row.imprint() if row else Imprint(), time.monotonic()
        return self.value


_kept = _Kept()


def current() -> Imprint:
    """The organisation as the row says; all empty until an administrator fills it in."""
    return _kept.get()


def forget() -> None:
    """The next reader asks the row again; called where it was changed."""
    _kept.read_at = float("-inf")
