"""Keeping what a look at the site brought home: pages as they stood, and the evidence of every item still open."""

from applications import policy
from applications.lifecycle import CHECK_ITEM, ItemState
from applications.models import Application, ChecklistItem, ItemVerdict, SiteSnapshot
from applications.models.content import SNAPSHOT_CHARACTERS
from applications.verification.content.collected import Collected
from applications.verification.content.observations import says
from enamad_portal.kernel import clock, crypto
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.calendar import jalali

COMPARED = {"contact_us": ("landline", "postal_code", "address", "province", "city")}
"""Answers that an item is compared with, beside those that concern every item."""
_CONCERN_ALL = ("domain", "activity_id", "sale_method")


def keep(application: Application, collected: Collected) -> None:
    """Stores the snapshots and the evidence of items without a verdict; a verdict keeps what it was given for."""
    now = clock.now()
    SiteSnapshot.objects.bulk_create(
        SiteSnapshot(
            application=application,
            role=page.role.value,
            url=page.url,
            fetched_at=now,
            sha256=page.sha256,
            text=page.facts.text[:SNAPSHOT_CHARACTERS],
        )
        for page in collected.pages
    )
    for row in _rows(application):
        if row.state == ItemState.PENDING:
            seen = collected.observations.get(row.item.key, [])
            row.says = says(row.item.machine, seen)
            row.evidence = [one.as_data() for one in seen]
            row.seen_at = now
            row.save(update_fields=["says", "evidence", "seen_at"])


def _rows(application: Application) -> list[ItemVerdict]:
    """A row for each item of the case's own day; refused ones and verdicts on other answers are open again."""
    known = {row.item_id: row for row in application.checklist.select_related("item")}
    rows = []
    for item in items_of(application):
        basis = basis_of(application, item)
        row = known.get(item.pk) or ItemVerdict.objects.create(application=application, item=item, basis=basis)
        row.application = application
        if row.basis != basis or row.state == ItemState.NOT_OK:
            _renew(row, basis)
        rows.append(row)
    return rows


def _renew(row: ItemVerdict, basis: str) -> None:
    if row.state == ItemState.PENDING:
        ItemVerdict.objects.filter(pk=row.pk).update(basis=basis)
        return
    CHECK_ITEM.fire(
        row,
        "renew",
        actor=SYSTEM,
        basis=basis,
        reasons=[],
        note="",
        judged_by=None,
        judged_at=None,
        facts={"item": row.item.key},
    )


def items_of(application: Application) -> list[ChecklistItem]:
    """The checklist of the day the case was submitted."""
    day = jalali.tehran_day(application.submitted_at or application.created_at)
    return policy.checklist(application.business.activity, day)


def basis_of(application: Application, item: ChecklistItem) -> str:
    """A digest of the answers a verdict on this item is given for; the answers cannot be read from it."""
    business = application.business
    answers = [str(getattr(business, name)) for name in (*_CONCERN_ALL, *COMPARED.get(item.key, ()))]
    return crypto.blind_index("checklist.basis", "\n".join(answers))
