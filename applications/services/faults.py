"""What is refused in a case piece by piece: documents and items of the site, each with its reason codes and its cure.

A correction that is asked for carries them all, so that the applicant reads one list and the officer types none of it.
"""

from dataclasses import dataclass

from applications import policy
from applications.lifecycle import DocumentState, ItemState
from applications.models import Application
from enamad_portal.kernel.iran.text import persian_digits


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused piece; `codes` as `document:statute:expired` or `item:prices:price_missing`."""

    title: str
    codes: tuple[str, ...]
    said: tuple[str, ...]

    @property
    def line(self) -> str:
        """As it stands in the letter."""
        return f"{self.title}: {' '.join(self.said)}" if self.said else self.title


def faults_of(application: Application) -> list[Fault]:
    """Documents in the order of the requirements, then items by number; two queries."""
    titles = {need.key: need.title for need in policy.documents_needed(application.requirement)}
    order = list(titles)
    documents = application.documents.filter(state=DocumentState.REFUSED, key__in=order)
    items = application.checklist.select_related("item").filter(state=ItemState.NOT_OK).order_by("item__number")
    return [
        *(
            Fault(titles[row.key], _codes("document", row.key, row.reasons), tuple(row.said))
            for row in sorted(documents, key=lambda row: order.index(row.key))
        ),
        *(
            Fault(
                f"چک‌لیست، بند {persian_digits(row.item.number)} ({row.item.title})",
                _codes("item", row.item.key, row.reasons),
                tuple(row.said),
            )
            for row in items
        ),
    ]


def _codes(kind: str, key: str, reasons: list[str]) -> tuple[str, ...]:
    return tuple(f"{kind}:{key}:{code}" for code in reasons)
