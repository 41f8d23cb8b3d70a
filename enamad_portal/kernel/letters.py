"""Formal letters (نامه رسمی): numbered, worded and frozen in the transaction of the decision they tell of.

A kind of letter is a name, the roles that may know of it, and a text in `templates/letters/{key}.txt`. `issue()` takes
the next number of the organisation's Jalali year, fills the text and stores both; from then on the row never changes
(kernel/guards.py) and its digest stands in the audit chain. How it reaches the addressee and when its term begins is
told by `letter_delivery.py`, its paper is drawn by `letter_pdf.py`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.template import Context, Engine

from enamad_portal.kernel import clock, crypto, guards, use_cases, work
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.deadlines import Limit, Unit
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.organisation import CONTACTS, Organisation

CONFIDENTIAL = "محرمانه"
"""What registers show of a letter that the reader may not know of: its number and day must still be there."""
PDF_JOB = "kernel.letter_pdf"
_NUMBER_WIDTH = 5
"""Digits of a number, so that 1405/01399 cannot be read as a year."""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter; its words live in `templates/letters/{key}.txt`, first line the subject."""

    key: str
    name: str
    """As registers and lists call it: «تصمیم رد درخواست»."""
    seers: frozenset[Role] = frozenset()
    """Staff roles that may know that such a letter exists; empty: every role that sees the case."""


_kinds: dict[str, LetterKind] = {}


def register(*new: LetterKind) -> None:
    """Apps list their kinds once, at start."""
    for kind in new:
        if _kinds.setdefault(kind.key, kind) != kind:
            raise ValueError(f"letter kind {kind.key} is registered twice")


def known_kinds() -> list[LetterKind]:
    return list(_kinds.values())


def hidden_from(actor: Actor) -> list[str]:
    """Keys of the kinds this member of staff may not know of."""
    return [kind.key for kind in _kinds.values() if kind.seers and not actor.has(*kind.seers)]


class LetterSeries(models.Model):
    """The counter of one organisation and Jalali year; a number is kept or rolled back with its letter."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField("سال")
    last = models.PositiveIntegerField("آخرین شماره", default=0)

    class Meta:
        app_label = "kernel"
        verbose_name = "رشته شماره نامه‌ها"
        verbose_name_plural = "رشته‌های شماره نامه‌ها"
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="one_letter_series_per_year")]


class FormalLetter(crypto.Sealed):
    """One issued letter. What names a person is sealed; nothing in the row changes after issue."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, verbose_name="سازمان")
    year = models.PositiveSmallIntegerField("سال")
    number = models.PositiveIntegerField("شماره")
    kind = models.CharField("نوع", max_length=40)
    case = models.CharField("پرونده", max_length=80, db_index=True)
    """Subject key of the case it belongs to."""
    reference = models.CharField("شماره پرونده", max_length=20)
    """The case's number as people know it."""
    addressee = crypto.SealedTextField("گیرنده")
    title = crypto.SealedTextField("موضوع")
    body = crypto.SealedTextField("متن")
    letterhead = models.JSONField("سربرگ و امضا")
    """The organisation's imprint of the day of issue."""
    attachments = models.PositiveSmallIntegerField("پیوست", default=0)
    term_amount = models.PositiveSmallIntegerField("مهلت", null=True, blank=True)
    term_unit = models.CharField("یکای مهلت", max_length=16, blank=True)
    province = models.CharField("استان", max_length=4, blank=True)
    """Whose days off count in the term."""
    deemed_after_days = models.PositiveSmallIntegerField("ابلاغ پس از اطلاع‌رسانی (روز)", default=0)
    """0: only a letter that was opened or handed over counts as served."""
    issued_at = models.DateTimeField("صدور")
    issued_by = models.CharField("صادرکننده", max_length=40)
    digest = models.CharField("چکیده", max_length=64)

    class Meta:
        app_label = "kernel"
        verbose_name = "نامه رسمی"
        verbose_name_plural = "دفتر نامه‌های رسمی"
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="one_letter_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="letter_number_from_one"),
            models.CheckConstraint(
                condition=Q(term_amount=None, term_unit="")
                | Q(term_amount__gte=1, term_unit__in=[unit.value for unit in Unit]),
                name="letter_term_has_unit",
            ),
        ]

    def __str__(self) -> str:
        return persian_digits(self.full_number)

    @property
    def full_number(self) -> str:
        """`1405/00012`: the Jalali year and the number in it."""
        return f"{self.year}/{self.number:0{_NUMBER_WIDTH}}"

    @property
    def subject_key(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def kind_name(self) -> str:
        kind = _kinds.get(self.kind)
        return kind.name if kind else self.kind

    @property
    def term(self) -> Limit | None:
        """The limit that begins at service."""
        return Limit(self.term_amount, Unit(self.term_unit)) if self.term_amount else None


guards.APPEND_ONLY += [FormalLetter]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it has its number."""

    kind: LetterKind
    case: str
    reference: str
    addressee: str
    facts: Mapping[str, Any]
    """What the text names; a missing, empty or unknown one is an error, never a hole in a letter."""
    term: Limit | None = None
    province: str = ""
    deemed_after_days: int = 0
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text: heading, paragraph (its lines) or list (its items)."""

    tag: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterText:
    """The words of a letter as they are shown, drawn and mailed."""

    title: str
    body: str

    @property
    def blocks(self) -> list[Block]:
        return blocks(self.body)

    @property
    def plain(self) -> str:
        """For an e-mail: headings without their mark."""
        return "\n".join(line.removeprefix("# ") for line in self.body.splitlines())


class UnfilledFact(Exception):
    """A text names a fact that the draft does not have, or has empty. Always a mistake of ours."""


class _Facts(Context):
    """Django leaves holes where a name is unknown; a letter must not have any."""

    def __getitem__(self, key: Any) -> Any:
        if key not in self:
            raise UnfilledFact(str(key))
        return super().__getitem__(key)


class _Hole(str):
    """Django's answer to an unknown attribute, made loud."""

    __slots__ = ()

    def __mod__(self, name: Any) -> str:
        raise UnfilledFact(str(name))


@lru_cache(maxsize=1)
def _engine() -> Engine:
    """Plain text: nothing is escaped, nothing unknown is passed over."""
    folders = cast("list[str]", settings.TEMPLATES[0]["DIRS"])
    tags = ["enamad_portal.kernel.templatetags.persian"]
    return Engine(dirs=folders, autoescape=False, string_if_invalid=_Hole("%s"), builtins=tags)


def compose(kind: LetterKind, facts: Mapping[str, Any]) -> LetterText:
    """The filled text of a kind. Raises UnfilledFact."""
    for name, value in facts.items():
        if value is None or value == "":
            raise UnfilledFact(name)
    text = _engine().get_template(f"letters/{kind.key}.txt").render(_Facts(dict(facts), autoescape=False))
    title, _, body = text.strip().partition("\n")
    return LetterText(title.strip(), "\n".join(_squeezed(body.strip().splitlines())))


def _squeezed(lines: Iterable[str]) -> Iterable[str]:
    """At most one empty line at a time: tags of the template leave more behind."""
    blank = False
    for line in (line.rstrip() for line in lines):
        if line or not blank:
            yield line
        blank = not line


def blocks(body: str) -> list[Block]:
    """Lines that begin with «- » are a list, with «# » a heading; the rest are paragraphs, parted by empty lines."""
    found: list[Block] = []
    open_tag = ""
    for line in body.splitlines():
        tag, text = _line(line)
        if not tag:
            open_tag = ""
        elif tag == open_tag and tag != "heading":
            found[-1] = Block(tag, (*found[-1].lines, text))
        else:
            found.append(Block(tag, (text,)))
            open_tag = tag
    return found


def _line(line: str) -> tuple[str, str]:
    text = line.strip()
    if text.startswith("# "):
        return "heading", text[2:].strip()
    if text.startswith("- "):
        return "list", text[2:].strip()
    return ("paragraph", text) if text else ("", "")


def issue(draft: Draft, *, actor: Actor) -> FormalLetter:
    """Numbers, words and stores one letter inside the open use case; its paper is drawn by a job afterwards.

    Raises UnfilledFact.
    """
    now, text = clock.now(), compose(draft.kind, draft.facts)
    organisation, _ = Organisation.objects.get_or_create(pk=1)
    letter = FormalLetter(
        organisation=organisation,
        kind=draft.kind.key,
        case=draft.case,
        reference=draft.reference,
        letterhead=letterhead(organisation),
        attachments=draft.attachments,
        term_amount=draft.term.amount if draft.term else None,
        term_unit=draft.term.unit if draft.term else "",
        province=draft.province,
        deemed_after_days=draft.deemed_after_days,
        issued_at=now,
        issued_by=actor.name,
    )
    letter.addressee, letter.title, letter.body = draft.addressee, text.title, text.body
    letter.digest = digest(letter)
    letter.year, letter.number = _next_number(organisation, jalali.tehran_day(now))
    letter.save(force_insert=True)
    record(letter.subject_key, "letter_issued", actor=actor, number=letter.full_number, digest=letter.digest)
    use_cases.enqueue(
        work.NewJob(PDF_JOB, letter.subject_key, f"letter-pdf:{letter.pk}", payload={"letter": letter.pk})
    )
    return letter


def _next_number(organisation: Organisation, day: date) -> tuple[int, int]:
    """The next number of the year; the row stays locked until the transaction ends, so no number is lost or doubled."""
    year = jalali.to_jalali(day).year
    series = LetterSeries.objects.filter(organisation=organisation, year=year)
    if not series.update(last=F("last") + 1):
        LetterSeries.objects.bulk_create([LetterSeries(organisation=organisation, year=year)], ignore_conflicts=True)
        series.update(last=F("last") + 1)
    return year, series.get().last


def letterhead(organisation: Organisation) -> dict[str, Any]:
    """What the paper prints of the organisation; in the sandbox world it says that it is a sample."""
    imprint = asdict(organisation.imprint())
    return imprint | {"name": imprint["name"] or settings.PRODUCT_NAME_FA, "sample": settings.WORLD == "sandbox"}


def digest(letter: FormalLetter) -> str:
    """Keyed digest of all that the paper says; it proves the sealed text, also after a change of keys."""
    said = [letter.addressee, letter.title, letter.body, letter.letterhead, letter.attachments]
    return crypto.blind_index("kernel.formalletter", json.dumps(said, ensure_ascii=False, sort_keys=True))


def read(letter: FormalLetter) -> LetterText:
    """The frozen text. Raises SealBroken when it is not the one that was issued."""
    if not crypto.equal(letter.digest, digest(letter)):
        raise crypto.SealBroken(f"Letter {letter.full_number} is not the text that was issued.")
    return LetterText(letter.title, letter.body)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on the paper, for `templates/letters/sheet.html`."""

    head: Mapping[str, Any]
    number: str
    issued_at: Any
    reference: str
    addressee: str
    attachments: int
    text: LetterText = field(repr=False)

    @property
    def has_imprint(self) -> bool:
        return any(self.head.get(name) for name in CONTACTS)


def sheet(letter: FormalLetter, *, addressee: str = "") -> Sheet:
    """The paper of an issued letter; `addressee` replaces the name for a reader who may not see it (PII-4)."""
    return Sheet(
        letter.letterhead,
        letter.full_number,
        letter.issued_at,
        letter.reference,
        addressee or letter.addressee,
        letter.attachments,
        read(letter),
    )
