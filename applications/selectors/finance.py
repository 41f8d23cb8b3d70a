"""The desk of finance: money that waits for a person, one payment with all that is known of it, the days' totals."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.urls import reverse

from applications.lifecycle import PAYMENT, InvoiceState, PaymentState, ProposalState
from applications.models import Invoice, LedgerEntry, Payment, Proposal
from applications.models.choices import fee_title
from applications.models.money import MoneyFact
from applications.selectors.second_look import Decision, decisions, open_proposal
from applications.services.booking import SILENT
from applications.services.proposals import NOT_PROPOSED
from applications.services.receipts import GATEWAYS
from applications.services.reconcile import ANSWERED
from enamad_portal.kernel import audit, clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.providers.payment import PaymentState as GatewayState

UNDECIDED = (PaymentState.STARTED, PaymentState.ASKED)
_SILENCE = "درگاه تاکنون پاسخ نداده است"
_SAID = {
    GatewayState.PENDING: "هنوز کسی نپرداخته است",
    GatewayState.CAPTURED: "پول از کارت برداشته شده و تأیید نشده است؛ درگاه آن را بازمی‌گرداند",
    GatewayState.VERIFIED: "پول برداشته و تأیید شده است",
    GatewayState.FAILED: "پرداخت ناموفق بوده است",
    GatewayState.RETURNED: "پول به کارت بازگشته است",
    GatewayState.UNKNOWN: "درگاه این پرداخت را نمی‌شناسد",
    SILENT: _SILENCE,
    "not_paid": "پرداخت نشده است",
    "amount_differs": "مبلغ دیگری برداشته شده است",
    "wrong_merchant": "این پرداخت از آنِ پذیرنده دیگری است",
}
_EVENTS = {
    "payment_started": "متقاضی به درگاه رفت",
    "asked_again": "پرسش دوباره به خواست مالی",
    "gateway_said": "پاسخ درگاه",
    "propose_settle": "پیشنهاد ثبت دستی رسید",
    "decline_settle": "ثبت دستی رسید پذیرفته نشد",
    "withdraw_settle": "پیشنهاد ثبت دستی رسید پس گرفته شد",
    "propose_resolve": "پیشنهاد رفع مغایرت",
    "decline_resolve": "رفع مغایرت پذیرفته نشد",
    "withdraw_resolve": "پیشنهاد رفع مغایرت پس گرفته شد",
    **{row.name: row.label for row in PAYMENT.transitions},
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One payment that a person of finance must look at."""

    payment: Payment
    why: str
    proposal: Proposal | None
    is_mine: bool
    """The open proposal is the reader's own: somebody else decides on it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something finance may do with a payment, open when nothing stands against it."""

    name: str
    label: str
    text: str
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentPage:
    payment: Payment
    why: str
    gateway: str
    ledger: list[LedgerEntry]
    siblings: list[Payment]
    events: list[dict[str, Any]]
    acts: list[Act]
    proposal: Proposal | None
    decisions: list[Decision] = field(default_factory=list)
    may_ask: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """What the ledger says of one day in Tehran, in rial."""

    day: date
    receipts: int = 0
    captured: int = 0
    surplus: int = 0
    returned: int = 0
    unknown: int = 0
    """Entries whose amount the gateway did not tell."""

    @property
    def balance(self) -> int:
        return self.captured + self.surplus - self.returned


def waiting_rows() -> "QuerySet[Payment]":
    """Puzzles, and payments whose gateway kept silent until finance was asked (PAY-5, PAY-6)."""
    silent = Q(state__in=UNDECIDED, invoice__state=InvoiceState.NEEDS_RECONCILIATION)
    return Payment.objects.filter(Q(state=PaymentState.PUZZLE) | silent)


def queue(actor: Actor) -> list[Waiting]:
    """The oldest first, what waits for this reader's second look before the rest (three queries)."""
    rows = waiting_rows().select_related("invoice__application").prefetch_related("ledger", "proposals")
    found = [_waiting(row, actor) for row in rows.order_by("started_at", "pk")]
    return sorted(found, key=lambda one: one.proposal is None or one.is_mine)


def _waiting(payment: Payment, actor: Actor) -> Waiting:
    proposal = next((one for one in payment.proposals.all() if one.state == ProposalState.OPEN), None)
    mine = proposal is not None and proposal.proposed_by_id == actor.user_id
    return Waiting(payment, why(payment), proposal, mine)


def why(payment: Payment) -> str:
    """In one sentence, why a person is needed; empty for a payment that went its way."""
    if payment.state == PaymentState.PUZZLE:
        facts = sorted(payment.ledger.all(), key=lambda entry: entry.pk)
        return next((str(entry.get_kind_display()) for entry in facts), "")
    silent = payment.state in UNDECIDED and payment.invoice.state == InvoiceState.NEEDS_RECONCILIATION
    return _SILENCE if silent else ""


def payment_page(payment: Payment, actor: Actor) -> PaymentPage:
    """What the gateway said, what the ledger holds, and what this reader may do."""
    proposal = open_proposal(payment)
    history = list(audit.history(payment.subject_key))
    return PaymentPage(
        payment=payment,
        why=why(payment),
        gateway=GATEWAYS.get(payment.gateway, payment.gateway),
        ledger=list(payment.ledger.order_by("pk")),
        siblings=list(payment.invoice.payments.exclude(pk=payment.pk).order_by("pk")),
        events=[_event(entry) for entry in history],
        acts=[] if proposal else _acts(payment, actor),
        proposal=proposal,
        decisions=decisions(proposal, actor, _decision_address(payment)) if proposal else [],
        may_ask=actor.has(Role.FINANCE) and payment.state not in ANSWERED,
    )


def _decision_address(payment: Payment) -> Callable[[int, str], str]:
    name = "admin:applications_payment_decide"
    return lambda proposal, decision: reverse(name, args=[payment.pk, proposal, decision])


def _event(entry: AuditEntry) -> dict[str, Any]:
    said = entry.facts.get("state") or entry.facts.get("gateway") or ""
    told = [_SAID.get(said, f"کد درگاه: {said}")] if said else []
    return {
        "title": _EVENTS.get(entry.action, entry.action),
        "at": jalali.date_time(entry.at),
        "by": "سامانه" if entry.actor == "system" else f"حساب {entry.actor.partition(':')[2]}",
        "note": "؛ ".join([*told, *([entry.note] if entry.note else [])]),
    }


def _acts(payment: Payment, actor: Actor) -> list[Act]:
    moves = {move.transition.name: move for move in PAYMENT.open_moves(payment, actor)}
    found = []
    for name, label, text in (
        ("set_unpaid", "پرداخت نشده؛ بازگشایی", "صورت‌حساب بانک این پول را نشان نمی‌دهد؛ متقاضی دوباره می‌پردازد."),
        ("settle", "پیشنهاد ثبت دستی رسید", "صورت‌حساب بانک همین مبلغ را با این شماره مرجع نشان می‌دهد."),
        ("resolve", "پیشنهاد رفع مغایرت", "پول به پرداخت‌کننده بازگشته است؛ در یادداشت بنویسید چگونه دیدید."),
    ):
        if name in moves:
            refusals = tuple(one for one in moves[name].refusals if one.code != NOT_PROPOSED)
            found.append(Act(name, label, text, refusals))
    return found


# Days


def day_totals(first: date, last: date) -> list[Day]:
    """Every day of a month or a shorter stretch that has an entry, newest first (one query)."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    ends = [(clock.midnight(day), clock.midnight(day + timedelta(days=1))) for day in days]
    whens = [When(at__gte=begin, at__lt=end, then=Value(place)) for place, (begin, end) in enumerate(ends)]
    groups = (
        LedgerEntry.objects.between(first, last)
        .annotate(place=Case(*whens, output_field=IntegerField()))
        .values("place", "kind")
        .annotate(rial=Sum("amount_rial"), entries=Count("pk"), unknown=Count("pk", filter=Q(amount_rial=None)))
        .order_by("place")
    )
    sums: dict[int, dict[str, int]] = {}
    for group in groups:
        line = sums.setdefault(group["place"], {})
        for name, value in _columns(group):
            line[name] = line.get(name, 0) + value
    return [Day(days[place], **line) for place, line in sorted(sums.items(), reverse=True)]


def _columns(group: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    rial, kind = group["rial"] or 0, group["kind"]
    yield "unknown", group["unknown"]
    if kind == MoneyFact.RETURNED:
        yield "returned", -rial
    elif kind in {MoneyFact.CAPTURED, MoneyFact.SETTLED}:
        yield "captured", rial
        yield "receipts", group["entries"]
    else:
        yield "surplus", rial


def unpaid_total() -> tuple[int, int]:
    """How many open invoices there are and what they come to, in rial."""
    found = Invoice.objects.filter(state=InvoiceState.OPEN).aggregate(count=Count("pk"), rial=Sum("amount_rial"))
    return found["count"], found["rial"] or 0


@dataclass(frozen=True, slots=True)
class MonthPage:
    """One Jalali month of the ledger."""

    title: str
    days: list[Day]
    total: Day
    previous: str
    next: str
    """Months beside it as `1405-08`; empty where there is nothing to see."""


def month_page(year: int, month: int) -> MonthPage:
    """The days of a Jalali month with their sums."""
    first, after = jalali.month_bounds(year, month)
    days = day_totals(first, after - timedelta(days=1))
    names = ("receipts", "captured", "surplus", "returned", "unknown")
    total = Day(first, **{name: sum(getattr(day, name) for day in days) for name in names})
    today = clock.today()
    before = first - timedelta(days=1)
    return MonthPage(
        title=f"{jalali.MONTHS[month - 1]} {persian_digits(year)}",
        days=days,
        total=total,
        previous=_month(before) if LedgerEntry.objects.filter(at__lt=clock.midnight(first)).exists() else "",
        next=_month(after) if after <= today else "",
    )


def _month(day: date) -> str:
    return jalali.iso(day)[:7]


EXPORT_COLUMNS = (
    "روز", "تاریخ میلادی", "ساعت", "رویداد", "دریافت (ریال)", "بازگشت (ریال)", "درگاه", "شناسه درگاه", "شماره مرجع",
    "کارت", "صورت‌حساب", "تعرفه", "پرونده", "دامنه",
)  # fmt: skip


def export_rows(first: date, last: date) -> Iterator[tuple[object, ...]]:
    """The ledger of these days for the bank's report: numbers and codes, no names; money in and back side by side."""
    rows = LedgerEntry.objects.between(first, last).select_related("payment__invoice__application").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        payment, invoice = row.payment, row.payment.invoice
        local = row.at.astimezone(clock.TEHRAN)
        amount = row.amount_rial
        yield (
            jalali.iso(row.at),
            local.date().isoformat(),
            f"{local:%H:%M:%S}",
            row.get_kind_display(),
            amount if amount is not None and amount > 0 else "",
            -amount if amount is not None and amount < 0 else "",
            payment.gateway,
            payment.authority,
            payment.ref_id or "",
            payment.card_mask,
            invoice.pk,
            fee_title(invoice.kind),
            invoice.application.reference,
            invoice.application.domain,
        )
