"""All that happened to a case, from the audit chain: who, when, what, and why."""

from typing import Any

from django.db.models import Q

from applications.lifecycle import APPLICATION, BADGE, INVOICE
from applications.models import Application
from applications.verification.steps import STEPS
from enamad_portal.accounts.models import User
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.steps import STEP_LIFECYCLE

MOST = 400
_RECORDS = {
    "opened": "پرونده باز شد",
    "section_filled": "بخشی از فرم پر شد",
    "claimed": "پرونده برداشته شد",
    "released": "پرونده به صف بازگشت",
    "revealed": "داده شخصی آشکار شد",
    "code_tried": "کدی وارد شد",
    "code_resent": "کد تازه فرستاده شد",
    "document_sent": "سندی فرستاده شد",
    "logo_sent": "نشان فروشگاه فرستاده شد",
    "payment_started": "پرداخت آغاز شد",
    "item_judged": "رأی درباره یک بند محتوا",
    "issued": "نماد صادر شد",
}
_PROBLEMS = frozenset(
    {"fail", "decline", "refuse", "propose_refusal", "confirm_refusal", "refuse_by_police", "abandon"}
)


def timeline(application: Application) -> list[dict[str, Any]]:
    """Newest first, three queries."""
    rows = list(AuditEntry.objects.filter(_subjects(application)).order_by("-seq")[:MOST])
    names = _names(rows, application)
    titles = {step.subject_key: STEPS[step.key].title for step in application.steps.all() if step.key in STEPS}
    return [_event(row, names, titles) for row in rows]


def _subjects(application: Application) -> Q:
    keys = [application.subject_key, *(step.subject_key for step in application.steps.all())]
    keys += [invoice.subject_key for invoice in application.invoices.all()]
    if badge := getattr(application, "badge", None):
        keys.append(badge.subject_key)
    return Q(subject__in=keys)


def _names(rows: list[AuditEntry], application: Application) -> dict[str, str]:
    """Names of the staff who acted; the applicant stays «متقاضی»."""
    ids = {int(row.actor.partition(":")[2]) for row in rows if row.actor.startswith("user:")}
    names = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids, is_staff=True)}
    return {"system": "سامانه", f"user:{application.business.owner.user_id}": "متقاضی"} | names


def _event(row: AuditEntry, names: dict[str, str], titles: dict[str, str]) -> dict[str, Any]:
    label = _LABELS.get((row.subject.partition(":")[0], row.action)) or _RECORDS.get(row.action, row.action)
    title = titles.get(row.subject)
    return {
        "title": f"{title}: {label}" if title else label,
        "at": jalali.date_time(row.at),
        "by": names.get(row.actor, "متقاضی"),
        "note": row.note,
        "state": "problem" if row.action in _PROBLEMS else "done",
    }


def _labels() -> dict[tuple[str, str], str]:
    tables = {
        "applications.application": APPLICATION,
        "applications.verificationstep": STEP_LIFECYCLE,
        "applications.invoice": INVOICE,
        "applications.badge": BADGE,
    }
    return {(model, row.name): row.label for model, table in tables.items() for row in table.transitions}


_LABELS = _labels()
