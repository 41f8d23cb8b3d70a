"""تعرفه: a verified receipt of the exact amount."""

from collections.abc import Mapping
from typing import Any

from applications.lifecycle import State
from applications.verification.facts import CaseFacts
from enamad_portal.kernel.steps import Finding, Task, Verdict


class FeePaid(Task[CaseFacts]):
    key = "fee"
    title = "پرداخت تعرفه"
    call = "تعرفه را بپردازید تا نماد صادر شود."
    words = {"fee_paid": "تعرفه پرداخت شد."}
    opens_in = State.PAYMENT_PENDING

    def tally(self, _facts: CaseFacts, acts: Mapping[str, Any]) -> Finding | None:
        if "ref_id" not in acts:
            return None
        return Finding(Verdict.PASSED, "fee_paid", {"ref_id": acts["ref_id"], "amount_rial": acts["amount_rial"]})
