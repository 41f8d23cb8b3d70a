"""What the portal sends to people: SMS, e-mail, calls and letters, each through a durable job, its fate stored.

Intent is written before the call and the result after it. An SMS or a call whose fate is unknown is never sent again
by itself: the carrier is asked by our reference, and if it does not know, a person may ask for a new one. An e-mail
with the same Message-ID may be repeated.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.db import models
from django.template import Context
from django.template.loader import get_template

from enamad_portal.kernel import clock, codes, crypto, dated, use_cases, work
from enamad_portal.kernel.calendar.jalali import TEHRAN, tehran_day
from enamad_portal.kernel.codes import Code
from enamad_portal.kernel.errors import ProviderDown, Refusal

if TYPE_CHECKING:
    from django.template.backends.django import Template


class Channel(models.TextChoices):
    SMS = "sms", "پیامک"
    EMAIL = "email", "ایمیل"
    CALL = "call", "تماس تلفنی"
    LETTER = "letter", "نامه پستی"


class Fate(models.TextChoices):
    QUEUED = "queued", "در صف"
    SENDING = "sending", "در حال ارسال"
    SENT = "sent", "ارسال شد"
    DELIVERED = "delivered", "تحویل شد"
    FAILED = "failed", "ارسال نشد"
    UNCERTAIN = "uncertain", "سرنوشت نامعلوم"


REPEATABLE = frozenset({Channel.EMAIL})
"""Channels where a second copy does no harm (security 4.3)."""


class Message(crypto.Sealed):
    """One message to one person; body and address are sealed, a code in it is never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField("مسیر", max_length=10, choices=Channel)
    template = models.CharField("الگو", max_length=60)
    subject = models.CharField("موضوع", max_length=80)
    to = crypto.SealedTextField("گیرنده")
    title = models.CharField("عنوان", max_length=120, blank=True)
    body = crypto.SealedTextField("متن")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    fate = models.CharField("سرنوشت", max_length=10, choices=Fate, default=Fate.QUEUED)
    provider_id = models.CharField("شناسه نزد حامل", max_length=80, blank=True)
    obstacle = models.CharField("مانع", max_length=200, blank=True)
    created_at = models.DateTimeField("ایجاد")
    sent_at = models.DateTimeField("سپردن به حامل", null=True, blank=True)
    forgotten_at = models.DateTimeField("پاک شدن متن و گیرنده", null=True, blank=True)
    """Since then title, text and receiver are empty: their days were over. That it was sent, and its fate, stays."""

    class Meta:
        app_label = "kernel"
        verbose_name = "پیام"
        verbose_name_plural = "پیام‌ها"
        constraints = [models.CheckConstraint(condition=models.Q(fate__in=Fate.values), name="message_fate_known")]
        indexes = [models.Index(fields=["subject", "created_at"]), models.Index(fields=["channel", "sent_at"])]


@dataclass(frozen=True, slots=True)
class Draft:
    """What to tell whom; the words live in `templates/messages/{template}.txt`, first line the e-mail's subject."""

    channel: Channel
    to: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


class Carrier(Protocol):
    """What a provider offers for one channel."""

    def deliver(self, *, to: str, title: str, body: str, reference: str) -> str:
        """Hands the message over; returns the carrier's id. Raises ProviderDown."""
        ...

    def knows(self, reference: str) -> str | None:
        """The carrier's id for a message it took under our reference, or None if it never saw it."""
        ...


DAY_CAPS = {
    Channel.SMS: ("sms_per_day", "سقف پیامک امروز سامانه پر شده است؛ فردا دوباره درخواست کنید."),
    Channel.CALL: ("calls_per_day", "سقف تماس تلفنی امروز سامانه پر شده است؛ فردا دوباره درخواست کنید."),
}
"""What a day of the portal may cost: key of the dated number, and what people are told once it is used up."""
OPENS_AT = time(8)
"""Messages that a full day put off leave the next morning, not in the night."""


def refusal_of_code(channel: Channel, to: str, source: str) -> Refusal | None:
    """Why no code is sent to this number or address now: the day's cap, or the caps of number and visitor."""
    now = clock.now()
    if _left_today(channel, now) <= 0:
        return Refusal(f"{channel}_day_full", DAY_CAPS[channel][1])
    return codes.too_many(codes.destination_index(to), codes.source_index(source), now)


def _left_today(channel: Channel, now: datetime) -> int:
    """How many may still be handed to the carrier today (Tehran); channels that cost nothing are never full."""
    if channel not in DAY_CAPS:
        return 1
    day = tehran_day(now)
    sent = Message.objects.filter(channel=channel, sent_at__gte=clock.midnight(day)).count()
    return dated.number(DAY_CAPS[channel][0], day) - sent


_carriers: dict[str, Callable[[], Carrier]] = {}


def register_carrier(channel: Channel, carrier: Callable[[], Carrier]) -> None:
    """Providers plug in here at start; the kernel knows no provider."""
    _carriers[channel] = carrier


def send(draft: Draft, *, subject: str, code: Code | None = None) -> Message:
    """Stores the message and its job in the open use case; with a code, `{code}` in the text is filled at sending."""
    template = cast("Template", get_template(f"messages/{draft.template}.txt"))
    words = Context({**draft.context, "code": "{code}"}, autoescape=False)  # plain text has nothing to escape
    text = template.template.render(words).strip()
    title, _, body = text.partition("\n")
    message = Message.objects.create(
        channel=draft.channel,
        template=draft.template,
        subject=subject,
        to=draft.to,
        title=title if draft.channel in {Channel.EMAIL, Channel.LETTER} else "",
        body=body.strip() if draft.channel in {Channel.EMAIL, Channel.LETTER} else text,
        code=code,
        created_at=clock.now(),
    )
    use_cases.enqueue(
        work.NewJob("kernel.message", subject, f"message:{message.pk}", payload={"message": str(message.pk)})
    )
    return message


def handle(job: work.Job) -> work.Ending:
    """The job: intent, call, result."""
    message = Message.objects.select_related("code").filter(pk=job.payload["message"]).first()
    if message is None or message.fate not in {Fate.QUEUED, Fate.SENDING}:
        return _nothing
    carrier = _carriers[message.channel]()
    if message.fate == Fate.SENDING and message.channel not in REPEATABLE:
        return _found_out(message, carrier.knows(str(message.pk)))
    body = use_cases.run(_intend, message)
    if _left_today(Channel(message.channel), clock.now()) < 0 or (message.code and codes.is_beyond_caps(message.code)):
        return _kept_back(message)
    try:
        provider_id = carrier.deliver(to=message.to, title=message.title, body=body, reference=str(message.pk))
    except ProviderDown as down:
        if down.transient:
            raise
        return _settled(message, Fate.FAILED, obstacle=str(down)[:200])
    return _settled(message, Fate.SENT, provider_id=provider_id)


def _intend(message: Message) -> str:
    """Writes that the call is about to happen; the secret of a code is made here and lives until the call.

    The intent is committed before the caps are looked at, so of parallel workers none sees room that another takes.
    """
    Message.objects.filter(pk=message.pk).update(fate=Fate.SENDING, sent_at=clock.now())
    return message.body.replace("{code}", codes.arm(message.code)) if message.code else message.body


def _found_out(message: Message, provider_id: str | None) -> work.Ending:
    """After a crash or a time-out in mid-call: known to the carrier means sent, unknown means it may be sent anew."""
    if provider_id is not None:
        return _settled(message, Fate.SENT, provider_id=provider_id)

    def again() -> datetime:
        _unsend(message, Fate.QUEUED)
        return clock.now()

    return again


def _kept_back(message: Message) -> work.Ending:
    """The caps are used up: a code would be dead tomorrow and fails, anything else leaves the next morning."""

    def ending() -> datetime | None:
        _unsend(message, Fate.FAILED if message.code else Fate.QUEUED, obstacle="cap")
        tomorrow = datetime.combine(tehran_day(clock.now()) + timedelta(days=1), OPENS_AT, tzinfo=TEHRAN)
        return None if message.code else tomorrow

    return ending


def _unsend(message: Message, fate: Fate, *, obstacle: str = "") -> None:
    """It was not handed over after all."""
    Message.objects.filter(pk=message.pk, fate=Fate.SENDING).update(fate=fate, obstacle=obstacle, sent_at=None)


def _settled(message: Message, fate: Fate, *, provider_id: str = "", obstacle: str = "") -> work.Ending:
    def ending() -> None:
        if fate == Fate.FAILED:
            return _unsend(message, fate, obstacle=obstacle)
        # a carrier's callback may have told the end of a call before we come to write its beginning
        Message.objects.filter(pk=message.pk, fate=Fate.SENDING).update(fate=fate, provider_id=provider_id)
        return None

    return ending


def _nothing() -> None:
    """The message was settled before, or its days are over."""


MESSAGE_JOB = work.Kind("kernel.message", handle, queue="notices", budget_s=10)
