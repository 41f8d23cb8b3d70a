"""Who looked at a case: documents opened, personal data and the shop's test account revealed, by whom, when and why.

For the auditor. Pages of one document that one person opened on one day are one line with a number.
"""

from dataclasses import dataclass
from datetime import datetime

from applications import policy
from applications.models import Application
from applications.selectors import police
from applications.selectors.desk_facts import field_label
from enamad_portal.accounts.models import User
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali

READERS = (Role.AUDITOR, Role.ADMINISTRATOR)
PICTURES = ("document_seen", "proof_seen")
LOOKS = (*PICTURES, "revealed")
MOST = 2000


@dataclass(frozen=True, slots=True)
class Look:
    """`times` counts the pages and fields opened; `at` is the last of them."""

    who: str
    roles: str
    what: str
    at: datetime
    times: int
    reasons: tuple[str, ...]


def looks(application: Application, actor: Actor) -> list[Look]:
    """Newest first, two queries; what tells of the police is left out for all but the liaison (AUTHZ-3)."""
    found = AuditEntry.objects.filter(subject=application.subject_key, action__in=LOOKS)
    if hidden := police.audit_that_tells(actor, application):
        found = found.exclude(hidden)
    titles = {need.key: need.title for need in policy.documents_needed(application.requirement)}
    groups: dict[tuple[object, ...], list[AuditEntry]] = {}
    for row in found.order_by("-seq")[:MOST]:
        groups.setdefault((row.actor, _what(row, titles), jalali.tehran_day(row.at)), []).append(row)
    names = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=_accounts(groups), is_staff=True)}
    return [_look(rows, names.get(rows[0].actor, rows[0].actor), what) for (_, what, _), rows in groups.items()]


def _accounts(groups: dict[tuple[object, ...], list[AuditEntry]]) -> set[int]:
    return {int(rows[0].actor.partition(":")[2]) for rows in groups.values() if rows[0].actor.startswith("user:")}


def _what(row: AuditEntry, titles: dict[str, str]) -> str:
    if row.action == "document_seen":
        kind = str(row.facts.get("kind", ""))
        return f"سند: {titles.get(kind, kind)}"
    if row.action == "proof_seen":
        return "مدرک فرجام‌خواهی"
    return f"داده شخصی: {field_label(str(row.facts.get('field', '')))}"


def _look(rows: list[AuditEntry], who: str, what: object) -> Look:
    known = {role.value: str(role.label) for role in Role}
    roles = "، ".join(known.get(role, role) for role in rows[0].roles.split())
    reasons = dict.fromkeys(row.note for row in rows if row.note)
    return Look(who, roles, str(what), rows[0].at, len(rows), tuple(reasons))
