"""The badge's fee as an invoice, and invoices of a case that has ended. Lies below `progress.py`."""

from typing import Any

from applications.lifecycle import INVOICE, InvoiceState
from applications.models import Application, VerificationStep
from applications.services import grant
from applications.verification.facts import facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Task


def bill_fee(application: Application, step: VerificationStep) -> None:
    """The invoice that the step waits for; one that was paid before an answer changed pays this round too."""
    invoice, task = grant.open_invoice(application), STEPS["fee"]
    paid = invoice.payments.filter(verified_at__isnull=False).first()
    if paid is None or invoice.state != InvoiceState.PAID:
        return
    assert isinstance(task, Task)
    finding = task.tally(facts_of(application), {"ref_id": paid.ref_id, "amount_rial": invoice.amount_rial})
    assert finding is not None
    columns: dict[str, Any] = {"verdict": finding.verdict, "code": finding.code, "evidence": finding.evidence}
    STEP_LIFECYCLE.fire(step, "pass", actor=SYSTEM, received_at=clock.now(), verified_at=paid.verified_at, **columns)


def cancel_unpaid(application: Application) -> None:
    """Open invoices become void; money that is on its way all the same is met by `booking` (PAY-6)."""
    for invoice in application.invoices.filter(state=InvoiceState.OPEN):
        INVOICE.fire(invoice, "cancel", actor=SYSTEM)
