"""Every code that people type: hashed at rest, counted and spent by one conditional UPDATE each (CODE-1…6).

The secret exists in memory only, between the moment a message is sent and the moment it leaves. A guess is evaluated
only if the statement that counts it changed a row, so two hundred parallel guesses are five.
"""

import base64
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from enamad_portal.kernel import clock, crypto, dated
from enamad_portal.kernel.calendar.jalali import tehran_day
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.iran.text import ascii_digits, persian_digits

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Style(StrEnum):
    """How a code looks: short-lived digits, the grouped characters of a postal letter, or a token to be copied."""

    DIGITS = "digits"
    LETTER = "letter"
    TOKEN = "token"  # noqa: S105 - the name of a style


class Judgement(StrEnum):
    ACCEPTED = "accepted"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"
    """Used before, voided by a newer one, or out of tries."""


class Code(models.Model):
    """One secret, bound to its purpose, subject, channel and destination; a new destination needs a new code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    channel = models.CharField(max_length=10)
    destination = models.CharField("نمایه مقصد", max_length=64, help_text="blind index of number or address")
    source = models.CharField("نمایه مبدأ", max_length=64, blank=True, help_text="blind index of the asking address")
    style = models.CharField(max_length=10)
    secret_hash = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(condition=Q(attempts__lte=F("max_attempts")), name="code_attempts_in_limit")
        ]
        indexes = [
            models.Index(fields=["destination", "created_at"]),
            models.Index(fields=["source", "created_at"]),
            models.Index(fields=["purpose", "subject", "created_at"]),
        ]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many codes inside `window`; a brake on SMS bombing and on guessing by many codes."""

    key: str
    """Of the dated number that holds."""
    column: str
    """What is counted: the codes of one destination (number, line, address) or those asked for from one source."""
    window: timedelta


CAPS = (
    Cap("code_sends_10_minutes", "destination", timedelta(minutes=10)),
    Cap("code_sends_hour", "destination", timedelta(hours=1)),
    Cap("code_sends_day", "destination", timedelta(days=1)),
    Cap("code_sends_hour_per_visitor", "source", timedelta(hours=1)),
)
_WHOM = {
    "destination": "به این شماره یا نشانی کدهای زیادی فرستاده‌ایم",
    "source": "از اینترنت شما درخواست‌های زیادی رسیده است",
}


def too_many(destination: str, source: str, now: datetime) -> Refusal | None:
    """Why no code is made now. Counts rows, not cache entries: emptying Redis changes nothing."""
    for cap in CAPS:
        if index := {"destination": destination, "source": source}[cap.column]:
            recent = Code.objects.filter(**{cap.column: index}, created_at__gt=now - cap.window)
            count = dated.number(cap.key, tehran_day(now))
            times = list(recent.order_by("-created_at").values_list("created_at", flat=True)[:count])
            if len(times) == count:
                return _wait(cap, int((times[-1] + cap.window - now).total_seconds() // 60) + 1)
    return None


def _wait(cap: Cap, minutes: int) -> Refusal:
    wait = f"{minutes} دقیقه" if minutes < 120 else f"{-(-minutes // 60)} ساعت"
    message = persian_digits(f"{_WHOM[cap.column]}؛ {wait} دیگر دوباره درخواست کنید.")
    return Refusal("too_many_codes", message, {"minutes": str(minutes)})


def is_beyond_caps(code: Code) -> bool:
    """Whether as many codes as allowed went before this one; asked when it leaves, for parallel requests saw room."""
    return any(
        Code.objects.filter(**{cap.column: index}, created_at__gt=code.created_at - cap.window)
        .filter(Q(created_at__lt=code.created_at) | Q(created_at=code.created_at, pk__lt=code.pk))
        .count()
        >= dated.number(cap.key, tehran_day(code.created_at))
        for cap in CAPS
        if (index := getattr(code, cap.column))
    )


def issue(  # noqa: PLR0913 - a code is bound to all of these (CODE-4)
    purpose: str,
    subject: str,
    *,
    channel: str,
    destination: str,
    life: timedelta,
    source: str = "",
    style: Style = Style.DIGITS,
    max_attempts: int = 5,
) -> Code:
    """A new code without its secret yet; every earlier one of the same purpose and subject is void (CODE-3)."""
    now = clock.now()
    live = Code.objects.filter(purpose=purpose, subject=subject, used_at=None, voided_at=None)
    live.update(voided_at=now)
    return Code.objects.create(
        purpose=purpose,
        subject=subject,
        channel=channel,
        destination=destination_index(destination),
        source=crypto.blind_index("code-source", source) if source else "",
        style=style,
        max_attempts=max_attempts,
        created_at=now,
        expires_at=now + life,
    )


def destination_index(destination: str) -> str:
    return crypto.blind_index("code-destination", destination)


def source_index(source: str) -> str:
    return crypto.blind_index("code-source", source) if source else ""


def arm(code: Code) -> str:
    """Makes the secret, keeps its hash, returns it to be sent; arming again replaces it."""
    secret = _secret(Style(code.style))
    Code.objects.filter(pk=code.pk).update(secret_hash=crypto.code_hash(str(code.pk), secret), attempts=0)
    return secret


def _secret(style: Style) -> str:
    if style is Style.DIGITS:
        return f"{secrets.randbelow(10**6):06d}"
    if style is Style.TOKEN:
        return base64.b32encode(secrets.token_bytes(20)).decode("ascii").lower()
    return _checked([secrets.randbelow(32) for _ in range(8)])


def _checked(body: list[int]) -> str:
    return "".join(_CROCKFORD[value] for value in [*body, sum((i + 1) * v for i, v in enumerate(body)) % 31])


def copied_right(bare: str) -> bool:
    """Whether a typed letter code agrees with its own check character; a slip is told before it costs a try."""
    whole = len(bare) == 9 and set(bare) <= set(_CROCKFORD)
    return whole and _checked([_CROCKFORD.index(character) for character in bare[:8]]) == bare


def in_groups(secret: str) -> str:
    """A letter code as it is printed: `K7QM-2R9T-5`."""
    return "-".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def judge(purpose: str, subject: str, guess: str) -> Judgement:
    """Evaluates one guess against the newest code; call it inside a use case that commits whatever it answers."""
    now = clock.now()
    code = Code.objects.filter(purpose=purpose, subject=subject).exclude(secret_hash="").order_by("-created_at").first()
    if code is None:
        return Judgement.EXPIRED
    live = Code.objects.filter(pk=code.pk, used_at=None, voided_at=None, expires_at__gt=now)
    if not live.filter(attempts__lt=F("max_attempts")).update(attempts=F("attempts") + 1):
        return Judgement.EXPIRED if code.expires_at <= now and code.used_at is None else Judgement.SPENT
    if not crypto.equal(code.secret_hash, crypto.code_hash(str(code.pk), typed(guess, Style(code.style)))):
        return Judgement.WRONG
    return Judgement.ACCEPTED if live.update(used_at=now) else Judgement.SPENT


def typed(guess: str, style: Style) -> str:
    """What a person meant: Persian digits, spaces and dashes, and the look-alikes of Crockford's alphabet."""
    bare = ascii_digits(guess).upper()
    bare = "".join(character for character in bare if character.isalnum())
    if style is Style.TOKEN:
        return bare.lower()
    return bare if style is Style.DIGITS else bare.translate(str.maketrans("OIL", "011"))
