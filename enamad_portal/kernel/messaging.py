"""What the portal sends to people: SMS, e-mail, calls and letters, each through a durable job, its fate stored.

Intent is written before the call and the result after it. An SMS or a call whose fate is unknown is never sent again
by itself: the carrier is asked by our reference, and if it does not know, a person may ask for a new one. An e-mail
with the same Message-ID may be repeated.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import models
from django.template.loader import render_to_string

from enamad_portal.kernel import clock, codes, crypto, use_cases, work
from enamad_portal.kernel.codes import Code
from enamad_portal.kernel.errors import ProviderDown


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
    sent_at = models.DateTimeField("ارسال", null=True, blank=True)

    class Meta:
        app_label = "kernel"
        verbose_name = "پیام"
        verbose_name_plural = "پیام‌ها"
        constraints = [models.CheckConstraint(condition=models.Q(fate__in=Fate.values), name="message_fate_known")]
        indexes = [models.Index(fields=["subject", "created_at"])]


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


_carriers: dict[str, Callable[[], Carrier]] = {}


def register_carrier(channel: Channel, carrier: Callable[[], Carrier]) -> None:
    """Providers plug in here at start; the kernel knows no provider."""
    _carriers[channel] = carrier


def send(draft: Draft, *, subject: str, code: Code | None = None) -> Message:
    """Stores the message and its job in the open use case; with a code, `{code}` in the text is filled at sending."""
    text = render_to_string(f"messages/{draft.template}.txt", {**draft.context, "code": "{code}"}).strip()
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
    message = Message.objects.select_related("code").get(pk=job.payload["message"])
    if message.fate not in {Fate.QUEUED, Fate.SENDING}:
        return _nothing
    carrier = _carriers[message.channel]()
    if message.fate == Fate.SENDING and message.channel not in REPEATABLE:
        return _found_out(message, carrier.knows(str(message.pk)))
    body = use_cases.run(_intend, message)
    try:
        provider_id = carrier.deliver(to=message.to, title=message.title, body=body, reference=str(message.pk))
    except ProviderDown as down:
        if down.transient:
            raise
        return _settled(message, Fate.FAILED, obstacle=str(down)[:200])
    return _settled(message, Fate.SENT, provider_id=provider_id)


def _intend(message: Message) -> str:
    """Writes that the call is about to happen; the secret of a code is made here and lives until the call."""
    Message.objects.filter(pk=message.pk).update(fate=Fate.SENDING)
    return message.body.replace("{code}", codes.arm(message.code)) if message.code else message.body


def _found_out(message: Message, provider_id: str | None) -> work.Ending:
    """After a crash or a time-out in mid-call: known to the carrier means sent, unknown means it may be sent anew."""
    if provider_id is not None:
        return _settled(message, Fate.SENT, provider_id=provider_id)

    def again() -> datetime:
        Message.objects.filter(pk=message.pk, fate=Fate.SENDING).update(fate=Fate.QUEUED)
        return clock.now()

    return again


def _settled(message: Message, fate: Fate, *, provider_id: str = "", obstacle: str = "") -> work.Ending:
    def ending() -> None:
        # a carrier's callback may have told the end of a call before we come to write its beginning
        Message.objects.filter(pk=message.pk, fate=Fate.SENDING).update(
            fate=fate, provider_id=provider_id, obstacle=obstacle, sent_at=clock.now() if fate == Fate.SENT else None
        )

    return ending


def _nothing() -> None:
    """The message was settled before."""


MESSAGE_JOB = work.Kind("kernel.message", handle, queue="notices", budget_s=10)
