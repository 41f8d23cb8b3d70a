"""نامه تأیید نشانی: one letter per round of a case; printed once, followed until it arrives or does not."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from applications.lifecycle import LETTER, LetterState
from applications.models.application import Application
from applications.models.money import Invoice
from enamad_portal.kernel.codes import Code
from enamad_portal.kernel.lifecycle import Lifecycle, Subject


class Receiver(models.TextChoices):
    """To whom the Post handed the letter; others than the first two do not prove the address by themselves."""

    APPLICANT = "applicant", "خود متقاضی"
    FIRST_DEGREE_RELATIVE = "first_degree_relative", "بستگان درجه یک"
    OTHER = "other", "فرد دیگر"


class PostalLetter(Subject):
    """A letter with two codes; the unique pair of case and round keeps it at most one per round (REL-8)."""

    lifecycle: ClassVar[Lifecycle] = LETTER
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="letters")
    round = models.PositiveIntegerField("دور")
    serial = models.CharField("سریال", max_length=40, unique=True)
    """Our name for the letter at the Post and in the contractor's file."""
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="letters", verbose_name="هزینه پست")
    state = models.CharField("وضعیت", max_length=10, choices=LetterState, default=LetterState.ORDERED)
    code_1 = models.ForeignKey(Code, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    code_2 = models.ForeignKey(Code, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tries = models.PositiveSmallIntegerField("دفعات ورود کد", default=0)
    batch = models.CharField("دسته چاپ", max_length=20, blank=True)
    tracking = models.CharField("شماره رهگیری", max_length=40, blank=True)
    received_by = models.CharField("گیرنده", max_length=22, choices=Receiver, blank=True)
    ordered_at = models.DateTimeField("سفارش")
    printed_at = models.DateTimeField("چاپ", null=True, blank=True)
    posted_at = models.DateTimeField("پست", null=True, blank=True)
    ended_at = models.DateTimeField("پایان راه", null=True, blank=True)

    class Meta:
        verbose_name = "نامه تأیید نشانی"
        verbose_name_plural = "نامه‌های تأیید نشانی"
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="one_letter_per_round"),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=(LetterState.ORDERED, LetterState.CANCELLED))
                | Q(printed_at__isnull=False, code_1__isnull=False, code_2__isnull=False),
                name="letter_printed_has_codes",
            ),
        ]
        indexes = [models.Index(fields=["state", "ordered_at"])]

    def __str__(self) -> str:
        return self.serial

    @property
    def answered(self) -> list[bool]:
        """Which of the two codes came back."""
        return [code is not None and code.used_at is not None for code in (self.code_1, self.code_2)]
