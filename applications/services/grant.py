"""Issuing the badge, and what is owed for it."""

from functools import partial

from applications import policy
from applications.lifecycle import APPLICATION, BadgeState
from applications.models import Application, Badge, Invoice
from applications.models.badge import new_public_id
from applications.services import formal_letters, snippet
from applications.services.badge import expiry_job
from applications.services.domain_again import plan_recheck
from applications.services.matching import keep_identity
from applications.services.section_drafts import forget_drafts
from applications.services.test_account import forget_test_account
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import StepState
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.kernel.worker import nothing_left
from enamad_portal.providers import registry as providers


def open_invoice(application: Application, kind: str = "", number: int = 1) -> Invoice:
    """The nth invoice of a kind of fee (the badge's own unless named), at the tariff of the day it was asked for."""
    fee = policy.fee(kind or application.requirement.fee_kind, clock.today())
    invoice, _ = Invoice.objects.get_or_create(
        application=application,
        kind=fee.kind,
        round=number,
        defaults={"amount_rial": fee.amount_rial, "created_at": clock.now()},
    )
    return invoice


def issue(application: Application, *, actor: Actor) -> Badge:
    """The decision itself: the case is issued and its badge lives, in one transaction."""
    now, business = clock.now(), application.business
    APPLICATION.fire(application, "issue", actor=actor, issued_at=now)
    passed = {step.key: step.verified_at for step in application.steps.all()}
    badge = Badge.objects.create(
        public_id=new_public_id(),
        business=business,
        application=application,
        state=BadgeState.ACTIVE,
        domain=application.domain,
        stars=stars_at_issue(application),
        holder_name=business.holder_name,
        approved_at=now,
        first_granted_at=now,
        valid_from=now,
        valid_to=policy.valid_to(now, application.requirement),
        postal_passed_at=passed.get("postal"),
        landline_passed_at=passed.get("landline"),
        changed_at=now,
    )
    keep_identity(business.owner)  # a case whose mobile ownership was waived has not done so yet
    forget_drafts(application)
    record(badge.subject_key, "issued", actor=actor, application=application.reference, stars=badge.stars)
    use_cases.enqueue(
        NewJob("applications.tax_code", badge.subject_key, f"tax:{badge.pk}", payload={"badge": badge.pk})
    )
    use_cases.enqueue(expiry_job(badge))
    snippet.plan_first_look(badge)
    forget_test_account(application, actor=actor)
    formal_letters.of_issue(application, badge, actor=actor)
    plan_recheck(badge)
    return badge


def stars_at_issue(application: Application) -> int:
    """The base of the requirements; by the shipped rule SSL adds the second star to the first (domain 6.1)."""
    base = application.requirement.stars
    secure = base == 1 and application.steps.filter(key="ssl", state=StepState.PASSED).exists()
    return base + (1 if secure and policy.second_star_by_ssl(clock.today()) else 0)


def fetch_tax_code(job: Job) -> Ending:
    """Asks the tax administration for the tracking code shown at grant; the badge does not wait for it."""
    badge = Badge.objects.select_related("business__owner").get(pk=job.payload["badge"])
    if badge.tax_tracking_code:
        return nothing_left
    code = providers.tax().tracking_code(
        taxpayer_id=badge.business.taxpayer_id, domain=badge.domain, reference=f"tax-{badge.public_id}"
    )
    return partial(_store_tax_code, badge.pk, code or "")


def _store_tax_code(badge_id: int, code: str) -> None:
    Badge.objects.filter(pk=badge_id, tax_tracking_code="").update(tax_tracking_code=code)
