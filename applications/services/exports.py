"""What leaves the portal as a file: by one role, with a reason, recorded, at most so many rows (CSV-1)."""

from datetime import date

from applications import policy
from applications.models import LedgerEntry
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.lifecycle import record

SHORTEST_REASON = 5


def export_ledger(first: date, last: date, reason: str, *, actor: Actor) -> int:
    """Records that finance takes the ledger of these days away. Returns how many rows; raises Refused."""
    if not actor.has(Role.FINANCE):
        raise Refused(Refusal("role_missing", "خروجی گرفتن از دفتر در اختیار نقش شما نیست."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(Refusal("reason_missing", "بنویسید خروجی را برای چه کاری می‌گیرید؛ دست‌کم ۵ نویسه."))
    rows = LedgerEntry.objects.between(first, last).count()
    most = policy.limit("export_rows", clock.today())
    if rows > most:
        found, allowed = persian_digits(rows), persian_digits(most)
        text = f"این بازه {found} سطر دارد و هر خروجی حداکثر {allowed} سطر؛ بازه را کوتاه کنید."
        raise Refused(Refusal("too_many_rows", text))
    days = {"first": first.isoformat(), "last": last.isoformat()}
    record("applications.ledger", "exported", actor=actor, note=reason.strip()[:200], rows=rows, **days)
    return rows
