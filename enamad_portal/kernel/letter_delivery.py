"""How a formal letter reaches its addressee, when it counts as served (ابلاغ), and the term that begins there.

The addressee is served by the first of three: he opens the letter in his panel, the Post hands it over, or the days
that were set at issue pass after an SMS or e-mail told him of it. Without any of them no term runs. Once recorded the
day of service stands; the term is counted from it anew at each reading, so an announced holiday moves it.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db import models
from django.db.models import Q

from enamad_portal.kernel import clock, guards, use_cases, work
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.calendar import deadlines, jalali
from enamad_portal.kernel.calendar.deadlines import Deadline
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.calendar.working_days import WorkCalendar
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.letters import FormalLetter
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.messaging import Fate, Message

SERVICE_JOB = "kernel.letter_service"
LOOK_AGAIN = timedelta(days=1)
"""While no message has left yet."""
_TOLD = frozenset({Fate.SENT, Fate.DELIVERED})
_UNDER_WAY = frozenset({Fate.QUEUED, Fate.SENDING, Fate.UNCERTAIN})


class LetterChannel(models.TextChoices):
    PANEL = "panel", "پنل"
    SMS = "sms", "پیامک"
    EMAIL = "email", "ایمیل"
    POST = "post", "پست"


class How(models.TextChoices):
    """By what the addressee was served."""

    OPENED = "opened", "خوانده شد"
    HANDED_OVER = "handed_over", "تحویل پستی"
    DEEMED = "deemed", "گذشت مهلت پس از اطلاع‌رسانی"


class LetterDelivery(models.Model):
    """One way by which one letter goes. An SMS or e-mail only tells of it; its fate is the message's."""

    letter = models.ForeignKey(FormalLetter, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField("مسیر", max_length=5, choices=LetterChannel)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tracking = models.CharField("شماره رهگیری", max_length=40, blank=True)
    sent_at = models.DateTimeField("فرستادن")
    arrived_at = models.DateTimeField("رسیدن", null=True, blank=True)
    returned_at = models.DateTimeField("برگشت", null=True, blank=True)

    class Meta:
        app_label = "kernel"
        verbose_name = "ارسال نامه"
        verbose_name_plural = "ارسال نامه‌ها"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=LetterChannel.values), name="letter_channel_known"),
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(returned_at=None), name="letter_arrived_or_returned"
            ),
            models.UniqueConstraint(
                fields=["letter", "channel"], condition=~Q(channel=LetterChannel.POST), name="one_letter_per_channel"
            ),
        ]

    @property
    def state(self) -> str:
        """In words, for staff."""
        if self.message:
            return str(Fate(self.message.fate).label)
        if self.returned_at:
            return "برگشت خورد"
        if self.arrived_at:
            return "خوانده شد" if self.channel == LetterChannel.PANEL else "تحویل شد"
        return "هنوز خوانده نشده" if self.channel == LetterChannel.PANEL else "در راه"


class LetterService(models.Model):
    """ابلاغ: when and how the addressee was served; written once per letter."""

    letter = models.OneToOneField(FormalLetter, on_delete=models.PROTECT, related_name="service")
    served_at = models.DateTimeField("ابلاغ")
    how = models.CharField("شیوه ابلاغ", max_length=12, choices=How)
    recorded_at = models.DateTimeField("ثبت")

    class Meta:
        app_label = "kernel"
        verbose_name = "ابلاغ نامه"
        verbose_name_plural = "ابلاغ نامه‌ها"
        constraints = [models.CheckConstraint(condition=Q(how__in=How.values), name="letter_service_how_known")]


guards.APPEND_ONLY += [LetterService]


def deliver(letter: FormalLetter, notices: Iterable[Message]) -> None:
    """Lays a fresh letter in its case's panel and remembers the messages that told of it."""
    now = clock.now()
    told = [LetterDelivery(letter=letter, channel=message.channel, message=message, sent_at=now) for message in notices]
    panel = LetterDelivery(letter=letter, channel=LetterChannel.PANEL, sent_at=now)
    LetterDelivery.objects.bulk_create([panel, *told])
    if letter.deemed_after_days:
        use_cases.enqueue(
            work.NewJob(
                SERVICE_JOB,
                letter.subject_key,
                f"letter-service:{letter.pk}",
                run_at=now + timedelta(days=letter.deemed_after_days),
                payload={"letter": letter.pk},
            )
        )


def served(letter: FormalLetter) -> LetterService | None:
    """The service of a letter, or None as long as it was not served."""
    return getattr(letter, "service", None)


def deadline(letter: FormalLetter, calendar: WorkCalendar | None = None) -> Deadline | None:
    """Until when the addressee may act on the letter; None without a term, and before service."""
    service = served(letter)
    if service is None or letter.term is None:
        return None
    return deadlines.due(service.served_at, letter.term, calendar or current_calendar(), letter.province or None)


def open_in_panel(letter: FormalLetter, *, actor: Actor) -> None:
    """The addressee looks at the letter; the first look serves it. The caller has asked whether it is his."""
    now = clock.now()
    unopened = LetterDelivery.objects.filter(letter=letter, channel=LetterChannel.PANEL, arrived_at=None)
    if unopened.update(arrived_at=now):
        record(letter.subject_key, "letter_opened", actor=actor)
    _serve(letter, now, How.OPENED, actor)


def hand_to_post(letter: FormalLetter, tracking: str, *, actor: Actor) -> LetterDelivery:
    """An officer has given the printed letter to the Post. Raises Refused while an earlier one is on its way."""
    if not tracking.strip():
        raise Refused(Refusal("tracking_missing", "شماره رهگیری پست را بنویسید."))
    posted = LetterDelivery.objects.filter(letter=letter, channel=LetterChannel.POST)
    if posted.filter(returned_at=None).exists():
        raise Refused(Refusal("letter_posted", "این نامه پیش‌تر به پست سپرده شده است."))
    delivery = LetterDelivery.objects.create(
        letter=letter, channel=LetterChannel.POST, tracking=tracking.strip()[:40], sent_at=clock.now()
    )
    record(letter.subject_key, "letter_posted", actor=actor)
    return delivery


def post_arrived(letter: FormalLetter, day: date, *, actor: Actor) -> None:
    """The Post's report says that the letter was handed over on `day`. Raises NotFound, Refused (day)."""
    delivery = _on_its_way(letter)
    if not jalali.tehran_day(delivery.sent_at) <= day <= clock.today():
        text = "روز تحویل باید از روز سپردن به پست تا امروز باشد."
        raise Refused(Refusal("day_impossible", text))
    arrived = min(datetime.combine(day, time(12), tzinfo=clock.TEHRAN), clock.now())
    LetterDelivery.objects.filter(pk=delivery.pk).update(arrived_at=arrived)
    record(letter.subject_key, "letter_arrived", actor=actor, day=jalali.iso(day))
    _serve(letter, arrived, How.HANDED_OVER, actor)


def post_returned(letter: FormalLetter, *, actor: Actor) -> None:
    """The Post brought the letter back. Raises NotFound."""
    LetterDelivery.objects.filter(pk=_on_its_way(letter).pk).update(returned_at=clock.now())
    record(letter.subject_key, "letter_returned", actor=actor)


def _on_its_way(letter: FormalLetter) -> LetterDelivery:
    rows = LetterDelivery.objects.select_for_update().filter(letter=letter, channel=LetterChannel.POST)
    delivery = rows.filter(arrived_at=None, returned_at=None).first()
    if delivery is None:
        raise NotFound(letter.full_number)
    return delivery


def _serve(letter: FormalLetter, at: datetime, how: How, actor: Actor) -> None:
    """The first service stands: a later report never moves a term that runs."""
    _, first = LetterService.objects.get_or_create(
        letter=letter, defaults={"served_at": at, "how": how, "recorded_at": clock.now()}
    )
    if first:
        record(letter.subject_key, "letter_served", actor=actor, how=how.value)


def look_for_service(job: work.Job) -> work.Ending:
    """The job of the day on which the letter may count as served: it does when the addressee was told of it."""
    return partial(_deem_served, job.payload["letter"])


def _deem_served(letter_id: int) -> datetime | None:
    letter = FormalLetter.objects.get(pk=letter_id)
    if served(letter):
        return None
    notices = [row.message for row in letter.deliveries.select_related("message") if row.message]
    told = sorted(one.sent_at for one in notices if one.fate in _TOLD and one.sent_at)
    if told:
        over = told[0] + timedelta(days=letter.deemed_after_days)
        if over > clock.now():
            return over
        _serve(letter, over, How.DEEMED, SYSTEM)
        return None
    under_way = any(one.fate in _UNDER_WAY for one in notices)
    return clock.now() + LOOK_AGAIN if under_way else None


SERVICE = work.Kind(SERVICE_JOB, look_for_service, budget_s=2)
