"""The formal letters of a case as its owner and its officers see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.models import Application
from applications.selectors.desk_facts import mask_words
from applications.services.formal_letters import letter_of, letters_of
from applications.services.reveals import SEERS
from enamad_portal.kernel import clock, letter_delivery, letter_pdf, letters, pdf
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.deadlines import Deadline
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.calendar.working_days import WorkCalendar
from enamad_portal.kernel.errors import NotFound
from enamad_portal.kernel.letter_delivery import How, LetterChannel
from enamad_portal.kernel.letters import FormalLetter, LetterText, Sheet


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter in a list of the panel."""

    pk: int
    kind: str
    number: str
    issued_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter on its page: the paper, where its PDF is, and what its term asks."""

    pk: int
    sheet: Sheet
    has_pdf: bool
    engine: bool
    """Whether a PDF can be drawn here at all."""
    deadline: dict[str, Any] | None
    """For `components/deadline.html`."""

    @property
    def text(self) -> LetterText:
        return self.sheet.text


@dataclass(frozen=True, slots=True)
class DeskLetter:
    """One letter on the desk: how it went out, when it was served, until when it may be answered."""

    pk: int
    kind: str
    number: str
    issued_at: datetime
    deliveries: list[tuple[str, str, str]]
    """Channel, state, tracking number."""
    served: str
    deadline: dict[str, Any] | None
    may_post: bool
    on_its_way: bool


def letter_lines(application: Application) -> list[LetterLine]:
    """Newest first, for the owner."""
    return [
        LetterLine(letter.pk, letter.kind_name, letter.full_number, letter.issued_at, is_new=not _opened(letter))
        for letter in letters_of(application)
    ]


def _opened(letter: FormalLetter) -> bool:
    panel = [row for row in letter.deliveries.all() if row.channel == LetterChannel.PANEL]
    return all(row.arrived_at for row in panel)


def unopened(application: Application, letter_id: int) -> bool:
    """Whether the owner has yet to open this letter. Raises NotFound for a letter of another case."""
    return not _opened(letter_of(application, letter_id))


def letter_page(application: Application, letter_id: int) -> LetterPage:
    """For the owner. Raises NotFound."""
    letter = letter_of(application, letter_id)
    return _page(letter, letters.sheet(letter))


def _page(letter: FormalLetter, paper: Sheet) -> LetterPage:
    return LetterPage(
        letter.pk,
        paper,
        has_pdf=letter_pdf.paper(letter) is not None,
        engine=pdf.available(),
        deadline=deadline_box(letter_delivery.deadline(letter)),
    )


def deadline_box(deadline: Deadline | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    days = deadline.days_left(clock.now())
    return {"date": jalali.weekday_date(deadline.last_day), "days": days, "explain": deadline.explain()}


def desk_letters(application: Application, actor: Actor) -> list[DeskLetter]:
    """Newest first, without those that this officer may not know of (AUTHZ-3)."""
    hidden, calendar = letters.hidden_from(actor), current_calendar()
    return [_desk_letter(letter, actor, calendar) for letter in letters_of(application) if letter.kind not in hidden]


def _desk_letter(letter: FormalLetter, actor: Actor, calendar: WorkCalendar) -> DeskLetter:
    service = letter_delivery.served(letter)
    rows = list(letter.deliveries.all())
    posted = [row for row in rows if row.channel == LetterChannel.POST and not row.returned_at]
    may_post = actor.has(*SEERS)
    return DeskLetter(
        letter.pk,
        letter.kind_name,
        letter.full_number,
        letter.issued_at,
        [(str(LetterChannel(row.channel).label), row.state, row.tracking) for row in rows],
        f"{jalali.date_time(service.served_at)}، {How(service.how).label}" if service else "",
        deadline_box(letter_delivery.deadline(letter, calendar)),
        may_post=may_post and not posted,
        on_its_way=may_post and any(not row.arrived_at for row in posted),
    )


def desk_letter_page(application: Application, letter_id: int, actor: Actor) -> LetterPage:
    """The paper with the addressee's name masked, as on the case page (PII-4). Raises NotFound."""
    letter = staff_letter(application, letter_id, actor)
    masked = f"{mask_words(application.business.holder_name)}، کسب‌وکار «{application.business}»"
    return _page(letter, letters.sheet(letter, addressee=masked))


def staff_letter(application: Application, letter_id: int, actor: Actor) -> FormalLetter:
    """A letter of this case that this officer may know of. Raises NotFound."""
    letter = letter_of(application, letter_id)
    if letter.kind in letters.hidden_from(actor):
        raise NotFound(str(letter_id))
    return letter
