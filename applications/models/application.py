"""The case: an application, its verification steps, the domain tokens it shows and the commitment it accepted."""

import secrets
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import APPLICATION, CLOSED, LIVE, State
from applications.models.applicant import Applicant, person_keys
from applications.models.business import Business
from applications.models.choices import DomainMethod, SectionKey
from applications.models.reference import NEVER_WAIVED, CommitmentText, Requirement
from enamad_portal.kernel import clock, guards
from enamad_portal.kernel.lifecycle import Lifecycle, Subject
from enamad_portal.kernel.steps import CLOSED as STEP_CLOSED
from enamad_portal.kernel.steps import StepRecord, StepState

_REFERENCE = "0123456789abcdefghjkmnpqrstvwxyz"
ABOUT_THE_PERSON = ("identity", "mobile")
"""Steps whose pass names the person it was given for."""
AFTER_DECISION = frozenset({"commitment", "police", "fee"})
"""Steps that come after the review; the review waits for all the others."""


def new_reference() -> str:
    """Ten characters people can read out; says nothing about the case or its age."""
    return "".join(secrets.choice(_REFERENCE) for _ in range(10))


class Application(Subject):
    """درخواست: one attempt of one business to get its badge; freezes the requirements of its submission day."""

    lifecycle: ClassVar[Lifecycle] = APPLICATION
    reference = models.CharField("شماره پیگیری", max_length=10, unique=True, default=new_reference)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField("وضعیت", max_length=24, choices=State, default=State.DRAFT)
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, verbose_name="الزامات")
    domain = models.CharField("دامنه", max_length=253, blank=True, editable=False)
    done_sections = models.JSONField("بخش‌های کامل", default=list)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="نزد"
    )
    claimed_at = models.DateTimeField("برداشته شد", null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("ایجاد")
    touched_at = models.DateTimeField("آخرین اقدام متقاضی")
    submitted_at = models.DateTimeField("ثبت", null=True, blank=True)
    issued_at = models.DateTimeField("صدور", null=True, blank=True)
    due_at = models.DateTimeField("مهلت", null=True, blank=True)

    class Meta:
        verbose_name = "درخواست"
        verbose_name_plural = "درخواست‌ها"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="application_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.ISSUED) | Q(issued_at__isnull=False), name="application_issued_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.DRAFT, State.WITHDRAWN, State.ABANDONED)) | Q(submitted_at__isnull=False),
                name="application_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                name="application_two_officers",
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=~Q(state__in=(State.DRAFT, *CLOSED)),
                name="one_open_application_per_domain",
            ),
            models.UniqueConstraint(
                fields=["business"], condition=~Q(state__in=CLOSED), name="one_open_application_per_business"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return self.reference

    def is_own_file_of(self, user_id: int, keys: frozenset[str] | None = None) -> bool:
        """Whether the person behind this account stands behind the business, with whatever account (AUTHZ-5).

        A list hands in the `person_keys` of its reader, so that they are read once.
        """
        if user_id not in self._own:
            keys = person_keys(user_id) if keys is None else keys
            self._own[user_id] = self.business.owner.user_id == user_id or bool(keys & self.business.people_keys)
        return self._own[user_id]

    @cached_property
    def _own(self) -> dict[int, bool]:
        return {}

    def missing_sections(self) -> list[str]:
        """Titles of the sections still to fill in."""
        return [SectionKey(key).label for key in self.requirement.sections if key not in self.done_sections]

    def domain_is_taken(self) -> bool:
        """Whether another live badge or submitted application holds the domain."""
        others = Application.objects.exclude(pk=self.pk)
        open_elsewhere = others.filter(domain=self.business.domain).exclude(state__in=(State.DRAFT, *CLOSED))
        badges = Application.objects.filter(badge__domain=self.business.domain, badge__state__in=LIVE)
        return open_elsewhere.exists() or badges.exists()

    def needs(self, key: str) -> bool:
        return key in self.requirement.steps

    def step_is_closed(self, key: str) -> bool:
        return self.steps.filter(key=key, state__in=STEP_CLOSED).exists()

    def open_steps(self) -> list[str]:
        """Keys of the steps that the next decision still waits for."""
        return list(self._steps_before_decision().exclude(state__in=STEP_CLOSED).values_list("key", flat=True))

    def steps_in_motion(self) -> list[str]:
        """Keys of the open steps that are not simply waiting for an officer's eye."""
        settled = (*STEP_CLOSED, StepState.UNSURE)
        return list(self._steps_before_decision().exclude(state__in=settled).values_list("key", flat=True))

    def _steps_before_decision(self) -> "models.QuerySet[VerificationStep]":
        steps = self.steps.exclude(key__in=self.requirement.optional_steps, state=StepState.FAILED)
        return steps if self.state == State.PAYMENT_PENDING else steps.exclude(key__in=AFTER_DECISION)

    def checks_of_another_person(self) -> list[str]:
        """Keys of the steps that passed for somebody else than the applicant is now, as his row says at this moment."""
        now = Applicant.objects.get(pk=self.business.owner_id).person_key
        passed = self.steps.filter(key__in=ABOUT_THE_PERSON, state=StepState.PASSED)
        return [step.key for step in passed.order_by("pk") if step.evidence.get("person") != now]

    def domain_proof_is_fresh(self) -> bool:
        return self.steps.filter(key="domain", expires_at__gt=clock.now()).exists()


class VerificationStep(StepRecord):
    """One step of one application."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")

    class Meta:
        verbose_name = "گام راستی‌آزمایی"
        verbose_name_plural = "گام‌های راستی‌آزمایی"
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="one_row_per_step"),
            models.CheckConstraint(
                condition=~Q(state="passed") | Q(verified_at__isnull=False), name="step_passed_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="waived", key__in=sorted(NEVER_WAIVED)), name="step_that_must_pass_is_not_waived"
            ),
        ]


class DomainToken(models.Model):
    """What the applicant puts on the site for one method: derived from a nonce, so only its hash is at rest (DCV-1)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="domain_tokens")
    method = models.CharField("روش", max_length=6, choices=DomainMethod)
    domain = models.CharField(max_length=253)
    nonce = models.CharField(max_length=32)
    challenge_id = models.CharField(max_length=26)
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "method", "domain"], name="one_token_per_method_and_domain")
        ]


class CommitmentAcceptance(models.Model):
    """پذیرش تعهدنامه: which text, its hash, when and by whom; a changed answer asks for another one. Append-only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="acceptances")
    text = models.ForeignKey(CommitmentText, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64)
    accepted_at = models.DateTimeField()


guards.APPEND_ONLY.append(CommitmentAcceptance)
