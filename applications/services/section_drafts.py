"""Keeping what is typed before it is saved: sealed, unchecked, for its owner alone."""

from datetime import datetime

from applications.lifecycle import CLOSED
from applications.models import Application, SectionDraft
from applications.services.cases import own_case
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.iran.text import persian_digits

MOST_CHARACTERS = 20_000
"""More than the longest section takes, so that only a flood is refused."""


def keep_draft(
    reference: str, section: str, typed: dict[str, str], *, stored: dict[str, str], actor: Actor
) -> datetime:
    """Keeps the boxes of a section and returns when; boxes that say what is `stored` already need no draft."""
    application = own_case(reference, actor)
    if application.state in CLOSED:
        raise Refused(Refusal("case_closed", "این پرونده بسته است و پاسخ‌های آن دیگر تغییر نمی‌کند."))
    if sum(map(len, typed.values())) > MOST_CHARACTERS:
        most = persian_digits(f"{MOST_CHARACTERS:,}".replace(",", "٬"))
        raise Refused(Refusal("too_long", f"پیش‌نویس این بخش از {most} نویسه بیشتر است و نگه داشته نشد؛ کوتاه‌ترش کنید."))
    now = clock.now()
    mine = SectionDraft.objects.filter(application=application, section=section)
    if typed == stored:
        mine.delete()
        return now
    draft = mine.first() or SectionDraft(application=application, section=section)
    draft.typed, draft.kept_at = typed, now
    draft.save()
    Application.objects.filter(pk=application.pk).update(touched_at=now)
    return now


def drop_draft(reference: str, section: str, *, actor: Actor) -> None:
    """The owner goes back to the answers that are saved."""
    forget_drafts(own_case(reference, actor), section)


def forget_drafts(application: Application, *sections: str) -> None:
    """These sections were saved; without any named, the case is decided or closed and nobody needs a draft of it."""
    drafts = SectionDraft.objects.filter(application=application)
    (drafts.filter(section__in=sections) if sections else drafts).delete()
