"""Pages of finance: what waits for a person, one payment, the days' totals, and the file for the bank's report."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.models import Payment
from applications.selectors import finance
from applications.services import proposals, reconcile
from applications.services.exports import export_ledger
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.admin import actor_of, tell, text_of
from enamad_portal.kernel.admin_pages import acted, rendered
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.form_fields import JalaliDateField
from enamad_portal.kernel.errors import DomainError
from enamad_portal.kernel.forms import PortalForm
from enamad_portal.kernel.spreadsheets import csv_lines

_PROPOSED = "پیشنهاد ثبت شد؛ همکار دیگری از امور مالی آن را تأیید می‌کند."

_DECISIONS: dict[str, Callable[..., object]] = {
    "confirm": reconcile.confirm,
    "decline": proposals.decline,
    "withdraw": proposals.withdraw,
}


class ExportForm(PortalForm):
    """Which days, and what for."""

    first = JalaliDateField(label="از روز")
    last = JalaliDateField(label="تا روز")
    reason = forms.CharField(label="برای چه کاری", min_length=5, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", "روز پایان باید همان روز آغاز یا پس از آن باشد.")
        return cleaned


def payment_address(pk: int) -> str:
    return reverse("admin:applications_payment_change", args=[pk])


@require_safe
def desk_page(request: HttpRequest) -> HttpResponse:
    """Everything that waits for finance, and what the ledger says of this month."""
    context = {
        "rows": finance.queue(actor_of(request)),
        "unpaid": finance.unpaid_total(),
        "title": "میز مالی",
    }
    return rendered(request, "admin/applications/finance.html", context)


@require_safe
def payment_page(request: HttpRequest, *, object_id: str) -> HttpResponse:
    """What the gateway said of one payment, what the ledger holds, and what this officer may do."""
    return _payment(request, int(object_id) if object_id.isascii() and object_id.isdigit() else 0)


def _payment(request: HttpRequest, pk: int, typed: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """The page; `typed` is what was refused, so that nobody types it again."""
    payment = get_object_or_404(Payment.objects.select_related("invoice__application__business"), pk=pk)
    page = finance.payment_page(payment, actor_of(request))
    context = {"page": page, "typed": typed or {}, "title": str(payment)}
    return rendered(request, "admin/applications/payment.html", context, status=status)


def _note(posted: QueryDict) -> str:
    return text_of(posted, "note", "یادداشت")


def _ask(pk: int, posted: QueryDict, actor: Actor) -> None:
    use_cases.run(reconcile.ask_gateway_again, pk, note=_note(posted), actor=actor)


def _set_unpaid(pk: int, posted: QueryDict, actor: Actor) -> None:
    use_cases.run(reconcile.set_unpaid, pk, note=_note(posted), actor=actor)


def _settle(pk: int, posted: QueryDict, actor: Actor) -> None:
    receipt = text_of(posted, "ref_id", "شماره مرجع", 80)
    use_cases.run(reconcile.propose_settlement, pk, ref_id=receipt, text=_note(posted), actor=actor)


def _resolve(pk: int, posted: QueryDict, actor: Actor) -> None:
    use_cases.run(reconcile.propose_return, pk, text=_note(posted), actor=actor)


_ACTS: dict[str, tuple[Callable[[int, QueryDict, Actor], None], str]] = {
    "ask": (_ask, "از درگاه پرسیده شد؛ پاسخ تا چند ثانیه دیگر در تاریخچه همین صفحه می‌آید."),
    "set_unpaid": (_set_unpaid, "ثبت شد؛ تعرفه دوباره پرداخت می‌شود."),
    "settle": (_settle, _PROPOSED),
    "resolve": (_resolve, _PROPOSED),
}


@require_POST
def act_on_payment(request: HttpRequest, *, pk: int, act: str) -> HttpResponse:
    """One POST, one use case, back to the payment."""
    if act not in _ACTS:
        raise Http404
    verb, done = _ACTS[act]
    if acted(request, lambda: verb(pk, request.POST, actor_of(request)), done):
        return redirect(payment_address(pk))
    return _payment(request, pk, {**request.POST.dict(), "act": act}, status=409)


@require_POST
def decide_proposal(request: HttpRequest, *, pk: int, proposal: int, act: str) -> HttpResponse:
    """The second look at a payment: confirmed, declined, or taken back by its author."""
    verb = _DECISIONS.get(act)
    if verb is None or not Payment.objects.filter(pk=pk, proposals=proposal).exists():
        raise Http404

    def decide() -> None:
        use_cases.run(verb, proposal, note=_note(request.POST), actor=actor_of(request))

    if acted(request, decide, "ثبت شد."):
        return redirect(payment_address(pk))
    return _payment(request, pk, {**request.POST.dict(), "act": act}, status=409)


@require_safe
def days_page(request: HttpRequest) -> HttpResponse:
    """The ledger by days of a Jalali month."""
    today = clock.today()
    year, month = _asked_month(request.GET.get("month", "")) or jalali.to_jalali(today)[:2]
    form = ExportForm(initial={"first": jalali.month_bounds(year, month)[0], "last": today})
    return _days(request, year, month, form)


def _days(request: HttpRequest, year: int, month: int, form: ExportForm, status: int = 200) -> HttpResponse:
    may_export = actor_of(request).has(Role.FINANCE)
    page = finance.month_page(year, month)
    context = {"page": page, "form": form, "may_export": may_export, "title": "گزارش روزهای مالی"}
    return rendered(request, "admin/applications/days.html", context, status=status)


def _asked_month(typed: str) -> tuple[int, int] | None:
    year, _, month = typed.partition("-")
    if not (year.isascii() and month.isascii() and year.isdigit() and month.isdigit()):
        return None
    known = jalali.FIRST_YEAR <= int(year) <= jalali.LAST_YEAR and 1 <= int(month) <= 12
    return (int(year), int(month)) if known else None


@require_POST
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The file for the bank's report; who took it, when and why is on the audit chain."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _days(request, *jalali.to_jalali(clock.today())[:2], form, status=400)
    first, last, reason = (form.cleaned_data[name] for name in ("first", "last", "reason"))
    try:
        use_cases.run(export_ledger, first, last, reason, actor=actor_of(request))
    except DomainError as error:
        tell(request, error)
        return redirect("admin:applications_ledgerentry_days")
    return _file(first, last)


def _file(first: date, last: date) -> StreamingHttpResponse:
    lines = csv_lines(finance.EXPORT_COLUMNS, finance.export_rows(first, last))
    name = f"ledger-{jalali.iso(first)}-{jalali.iso(last)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
