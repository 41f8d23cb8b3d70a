"""What the domain page shows: what is proved, what exactly is still asked, and what the last look saw."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications import policy
from applications.lifecycle import RecheckState
from applications.models import Application, DomainRecheck, VerificationStep
from applications.models.choices import DomainMethod
from applications.services.domain import is_looking, mailbox_address, mailed_to, offered_methods
from applications.services.domain_again import open_recheck
from applications.services.domain_proofs import proved_by, rests_on_title
from applications.verification.domain_tokens import EMAIL_LOCAL_PARTS
from applications.verification.words import said, sentence, waits
from enamad_portal.kernel import clock
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.fetch.hosts import readable
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.messaging import Fate
from enamad_portal.kernel.steps import StepState

OTHERS = "متاتگ، فایل یا رکورد TXT"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the proof stands, in a tone, a headline and what exactly to do."""

    tone: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """The newest code to a mailbox of the domain."""

    address: str
    tone: str
    text: str
    takes_code: bool


@dataclass(frozen=True, slots=True)
class DomainPage:
    application: Application
    unicode: str
    offered: tuple[DomainMethod, ...]
    standing: Standing | None
    mailboxes: list[tuple[str, str]]
    mail: Mail | None
    email_proved: bool
    running: bool
    waits: str
    said: str
    looked_for: list[tuple[str, bool]]
    saw: list[tuple[str, bool]]
    token_days: int
    keep_hours: int


def domain_page(application: Application, step: VerificationStep) -> DomainPage:
    proved, recheck = proved_by(application), open_recheck(application)
    text, evidence = _last(application, step)
    return DomainPage(
        application=application,
        unicode=readable(application.domain),
        offered=offered_methods(application, step),
        standing=_standing(application, step, recheck),
        mailboxes=[(name, mailbox_address(application, name)) for name in EMAIL_LOCAL_PARTS],
        mail=_mail(application),
        email_proved=DomainMethod.EMAIL in proved,
        running=step.state == StepState.RUNNING or is_looking(application),
        waits=waits(step),
        said=text,
        looked_for=[(evidence["looked_for"], True)] if evidence.get("looked_for") else [],
        saw=[(line, True) for line in evidence.get("saw", [])],
        token_days=policy.limit("domain_token_days", clock.today()),
        keep_hours=policy.limit("title_recheck_hours", clock.today()),
    )


def _last(application: Application, step: VerificationStep) -> tuple[str, dict[str, Any]]:
    """What the last look found, beside a proof that stands too."""
    if not step.closed:
        return said(step), step.evidence
    look = application.domain_looks.exclude(method=DomainMethod.EMAIL).first()
    if look is None or look.verdict == "passed":
        return "", {}
    return sentence("domain", look.code), look.evidence


def _standing(application: Application, step: VerificationStep, recheck: DomainRecheck | None) -> Standing | None:
    if not step.closed:
        if DomainMethod.EMAIL in proved_by(application):
            return Standing("turn", "کد ایمیل پذیرفته شد", sentence("domain", "domain_code_returned"))
        return None
    if recheck is not None:
        return standing_after_issue(recheck)
    if rests_on_title(application) and not hasattr(application, "badge"):
        hours = persian_digits(policy.limit("title_recheck_hours", clock.today()))
        text = (
            f"کد را فعلاً در عنوان صفحه نگه دارید: چون دامنه فقط با عنوان ثابت شده است، {hours} ساعت پس از صدور نماد "
            f"آن را دوباره می‌بینیم. برای آنکه همین حالا عنوان را برگردانید، یکی از این‌ها را هم انجام دهید: {OTHERS}، "
            "یا کد به ایمیل دامنه."
        )
        return Standing("ok", "دامنه احراز شد", text)
    return Standing("ok", "دامنه احراز شد", "اکنون می‌توانید آنچه را در سایت گذاشته‌اید بردارید.")


def standing_after_issue(recheck: DomainRecheck) -> Standing:
    """The same once the badge lives: until when the title must stay, or what must be shown by when."""
    if recheck.state == RecheckState.DUE and recheck.misses == 0:
        text = (
            f"عنوان را تا {_moment(recheck.due_at)} نگه دارید؛ آن را دوباره می‌بینیم. برای آنکه زودتر برگردانید، یکی از "
            f"این‌ها را انجام دهید: {OTHERS}، یا کد به ایمیل دامنه."
        )
        return Standing("info", "دامنه فقط با عنوان صفحه ثابت شده است", text)
    cure = f"دامنه را با {OTHERS} ثابت کنید، یا کد را به عنوان برگردانید و بررسی را بزنید. ایمیل به‌تنهایی کافی نیست."
    if recheck.state == RecheckState.DUE:
        text = f"کد را در عنوان صفحه ندیدیم. {_moment(recheck.due_at)} دوباره می‌بینیم. پیش از آن {cure}"
        return Standing("turn", "عنوان صفحه کد را ندارد", text)
    if recheck.state == RecheckState.ASKED:
        last_day = jalali.long_date(recheck.grace_until) if recheck.grace_until else ""
        return Standing("turn", "دامنه را دوباره ثابت کنید", f"نماد معتبر است. تا {last_day} {cure}")
    text = f"مهلت گذشت و کارشناس درباره نماد تصمیم می‌گیرد. هنوز می‌توانید {cure}"
    return Standing("danger", "دامنه را ثابت کنید", text)


def _moment(instant: datetime) -> str:
    return jalali.date_time(instant)


_FATES = {
    Fate.QUEUED: ("info", "کد را می‌فرستیم؛ چند لحظه دیگر صندوق را ببینید."),
    Fate.SENDING: ("info", "کد را می‌فرستیم؛ چند لحظه دیگر صندوق را ببینید."),
    Fate.FAILED: ("turn", "کارساز ایمیل این صندوق را نپذیرفت. صندوق را بسازید یا صندوق دیگری برگزینید."),
}
_SENT = ("info", "کد را فرستادیم. اگر نامه را نمی‌بینید، پوشه هرزنامه را هم نگاه کنید.")


def _mail(application: Application) -> Mail | None:
    mailbox, code = mailed_to(application)
    if code is None or code.expires_at <= clock.now():
        return None
    message = code.messages.first()
    fate = Fate(message.fate) if message else Fate.SENT
    tone, text = _FATES.get(fate, _SENT)
    takes_code = code.used_at is None and fate != Fate.FAILED and code.attempts < code.max_attempts
    return Mail(mailbox_address(application, mailbox), tone, text, takes_code)
