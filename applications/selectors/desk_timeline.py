"""All that happened to a case, from the audit chain: who, when, what, and why."""

from typing import Any

from django.db.models import Q

from applications import policy
from applications.lifecycle import APPLICATION, BADGE, CHECK_ITEM, DOCUMENT, INVOICE, LETTER, PAYMENT
from applications.models import Application, Payment
from applications.selectors import police
from applications.selectors.desk_waits import REACHING
from applications.selectors.looks import PICTURES
from applications.services.deadlines import review_deadline
from applications.services.recount import MOVED
from applications.verification.steps import STEPS
from enamad_portal.accounts.models import User
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.calendar.working_days import WorkCalendar
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.letters import FormalLetter, hidden_from
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
    "police_answer_entered": "پاسخ پلیس دستی ثبت شد",
    MOVED: "مهلت از نو شمرده شد",
    "documents_erased": "سندهای پرونده با پایان مهلت نگهداری پاک شد",
    "issued": "نماد صادر شد",
    "letter_issued": "صادر شد",
    "letter_opened": "متقاضی آن را خواند",
    "letter_posted": "به پست سپرده شد",
    "letter_arrived": "پست آن را تحویل داد",
    "letter_returned": "پست آن را برگرداند",
    "letter_served": "ابلاغ شد",
    "assigned": "پرونده به کارشناسی سپرده شد",
    "call_code_shown": "کد تماس نشان داده شد",
    "call_taken": "تماسی از خط متقاضی رسید",
    "codes_tried": "کدهای نامه وارد شد",
    "letter_asked_again": "نامه تازه‌ای خواسته شد",
    "report_of_another_barcode": "پست از شماره رهگیری دیگری گزارش داد",
    "test_account_deleted": "حساب آزمایشی پاک شد و به متقاضی گفته شد",
}
_PROBLEMS = frozenset(
    {"fail", "decline", "refuse", "propose_refusal", "confirm_refusal", "refuse_by_police", "abandon"}
)


def timeline(application: Application, actor: Actor) -> list[dict[str, Any]]:
    """Newest first, with the term that began at each arrival on the desk; pictures opened have a panel of their own.

    What tells of the police's answer is left out for all but the liaison (AUTHZ-3).
    """
    letters = _letters(application, actor)
    found = AuditEntry.objects.filter(Q(subject__in=letters) | _subjects(application))
    if hidden := police.audit_that_tells(actor, application):
        found = found.exclude(hidden)
    rows = list(found.exclude(action__in=PICTURES).order_by("-seq")[: MOST + 1])
    names, titles, calendar = _names(rows, application), _titles(application) | letters, current_calendar()
    events = [_event(row, names, titles) | _term(row, application, calendar) for row in rows[:MOST]]
    if len(rows) > MOST:
        events.append({"title": "رویدادهای کهنه‌تر در فهرست ممیزی است", "at": "", "by": "", "note": "", "state": "next"})
    return events


def _letters(application: Application, actor: Actor) -> dict[str, str]:
    """What the letters that this actor may know of are called, by subject key."""
    rows = FormalLetter.objects.filter(case=application.subject_key).exclude(kind__in=hidden_from(actor))
    return {row.subject_key: f"نامه {row} ({row.kind_name})" for row in rows}


def _subjects(application: Application) -> Q:
    keys = [application.subject_key, *(step.subject_key for step in application.steps.all())]
    keys += [invoice.subject_key for invoice in application.invoices.all()]
    keys += [row.subject_key for row in (*application.documents.all(), *application.checklist.all())]
    keys += [row.subject_key for row in application.letters.all()]
    keys += [row.subject_key for row in Payment.objects.filter(invoice__application=application)]
    if badge := getattr(application, "badge", None):
        keys.append(badge.subject_key)
    return Q(subject__in=keys)


def _titles(application: Application) -> dict[str, str]:
    """What each part of the case is called."""
    needs = {need.key: need.title for need in policy.documents_needed(application.requirement)}
    titles = {step.subject_key: STEPS[step.key].title for step in application.steps.all() if step.key in STEPS}
    titles |= {row.subject_key: needs.get(row.key, row.key) for row in application.documents.all()}
    titles |= {row.subject_key: f"نامه {persian_digits(row.round)}" for row in application.letters.all()}
    return titles | {row.subject_key: row.item.title for row in application.checklist.select_related("item")}


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


def _term(row: AuditEntry, application: Application, calendar: WorkCalendar) -> dict[str, str]:
    """What an arrival on the desk set in motion: until when, in working days."""
    if row.action not in REACHING or row.subject != application.subject_key:
        return {}
    until = review_deadline(application, row.at, calendar)
    told = f"مهلت رسیدگی تا {jalali.weekday_date(until.instant)} ({until.limit})."
    return {"note": f"{row.note} {told}".strip()}


def _labels() -> dict[tuple[str, str], str]:
    tables = {
        "applications.application": APPLICATION,
        "applications.verificationstep": STEP_LIFECYCLE,
        "applications.invoice": INVOICE,
        "applications.badge": BADGE,
        "applications.applicationdocument": DOCUMENT,
        "applications.itemverdict": CHECK_ITEM,
        "applications.postalletter": LETTER,
        "applications.payment": PAYMENT,
    }
    return {(model, row.name): row.label for model, table in tables.items() for row in table.transitions}


_LABELS = _labels()
