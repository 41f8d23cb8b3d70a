"""The life of an application, from first draft to issued badge (domain/enamad 11.1), and of the badge itself."""

from typing import Any

from django.db import models

from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.lifecycle import Lifecycle, Transition


class State(models.TextChoices):
    DRAFT = "draft", "پیش‌نویس"
    DOMAIN_PENDING = "domain_pending", "در انتظار احراز دامنه"
    IN_VERIFICATION = "in_verification", "در حال احراز"
    AWAITING_APPLICANT = "awaiting_applicant", "نیازمند اقدام متقاضی"
    CONTENT_REVIEW = "content_review", "بررسی کارشناس"
    CORRECTION_REQUESTED = "correction_requested", "نیازمند اصلاح"
    REFUSAL_PROPOSED = "refusal_proposed", "پیشنهاد رد"
    REJECTED = "rejected", "رد شده"
    APPEAL = "appeal", "در دست رسیدگی به اعتراض"
    COMMITMENT = "commitment", "در انتظار تعهدنامه"
    POLICE_PENDING = "police_pending", "استعلام پلیس"
    POLICE_REFUSED = "police_refused", "تعلیق پرونده"
    POLICE_APPEAL = "police_appeal", "فرجام‌خواهی"
    PAYMENT_PENDING = "payment_pending", "در انتظار پرداخت تعرفه"
    ISSUED = "issued", "صادر شده"
    WITHDRAWN = "withdrawn", "انصراف"
    ABANDONED = "abandoned", "بایگانی"


S, R = State, Role

CLOSED = (S.ISSUED, S.WITHDRAWN, S.ABANDONED, S.REJECTED)
"""Nothing is going on; a rejected one may still be objected to."""
_OFFICERS = (R.REVIEWER, R.SENIOR_REVIEWER)
_BEFORE_ISSUE = tuple(state for state in S if state not in CLOSED)
_UNDER_WAY = (
    S.IN_VERIFICATION,
    S.AWAITING_APPLICANT,
    S.CONTENT_REVIEW,
    S.CORRECTION_REQUESTED,
    S.COMMITMENT,
    S.PAYMENT_PENDING,
)


def nothing_is_missing(application: Any, _actor: Actor) -> Refusal | None:
    """Every section that the requirements ask for is filled in."""
    if missing := application.missing_sections():
        return Refusal("sections_missing", f"این بخش‌ها هنوز کامل نیست: {'، '.join(missing)}.")
    return None


def domain_is_free(application: Any, _actor: Actor) -> Refusal | None:
    """No live badge and no other open application holds this domain."""
    if application.domain_is_taken():
        return Refusal(
            "domain_taken",
            "برای این دامنه نماد معتبر یا درخواست بازی وجود دارد. اگر دامنه از آنِ شماست، با پشتیبانی تماس بگیرید.",
        )
    return None


def steps_are_closed(application: Any, _actor: Actor) -> Refusal | None:
    """All verification steps before the decision have passed or were waived."""
    if application.open_steps():
        return Refusal("steps_open", "هنوز همه گام‌های راستی‌آزمایی به پایان نرسیده است.")
    return None


def ready_for_review(application: Any, _actor: Actor) -> Refusal | None:
    """Nothing is running and nothing waits for the applicant; what a person must judge is left to the review."""
    if application.steps_in_motion():
        return Refusal("steps_in_motion", "هنوز گامی در جریان است یا به اقدام متقاضی نیاز دارد.")
    return None


def domain_proof_is_fresh(application: Any, _actor: Actor) -> Refusal | None:
    """A domain proof older than the policy's days must be repeated before issue (DCV-11)."""
    if application.domain_proof_is_fresh():
        return None
    return Refusal("domain_proof_old", "از احراز دامنه زمان زیادی گذشته است؛ دامنه را دوباره احراز کنید.")


def fee_is_paid(application: Any, _actor: Actor) -> Refusal | None:
    if application.step_is_closed("fee"):
        return None
    return Refusal("fee_unpaid", "تعرفه هنوز پرداخت نشده است.")


def vetted_by_police(application: Any, _actor: Actor) -> Refusal | None:
    """Police vetting is the last check: it is asked for only when the requirements name it."""
    return (
        None if application.needs("police") else Refusal("no_police_step", "برای این درخواست استعلام پلیس لازم نیست.")
    )


def not_vetted_by_police(application: Any, _actor: Actor) -> Refusal | None:
    return Refusal("police_step", "این درخواست استعلام پلیس لازم دارد.") if application.needs("police") else None


def reviewed_by_staff(application: Any, _actor: Actor) -> Refusal | None:
    return None if application.needs("content") else Refusal("no_review", "این درخواست بررسی کارشناس ندارد.")


def not_reviewed_by_staff(application: Any, _actor: Actor) -> Refusal | None:
    return Refusal("needs_review", "این درخواست بررسی کارشناس لازم دارد.") if application.needs("content") else None


def proposed_by_someone_else(application: Any, actor: Actor) -> Refusal | None:
    if application.proposed_by_id is not None and application.proposed_by_id == actor.user_id:
        return Refusal("same_officer", "رد پرونده را کارشناس دیگری باید تأیید کند، نه پیشنهاددهنده آن.")
    return None


def not_an_earlier_decider(application: Any, actor: Actor) -> Refusal | None:
    if actor.user_id in {application.proposed_by_id, application.confirmed_by_id}:
        return Refusal("earlier_decider", "به اعتراض کسی رسیدگی می‌کند که در رد پرونده نقشی نداشته است.")
    return None


def not_own_file(application: Any, actor: Actor) -> Refusal | None:
    """Nobody decides on his own business (AUTHZ-5)."""
    if actor.user_id is not None and application.business.owner.user_id == actor.user_id:
        return Refusal("own_case", "این پرونده از آنِ خود شماست؛ کارشناس دیگری باید به آن رسیدگی کند.")
    return None


def answer_entered_by_someone_else(application: Any, actor: Actor) -> Refusal | None:
    """Who typed the police's answer does not decide on the appeal against it; only liaisons see either (AUTHZ-3)."""
    answer = application.police_answers.order_by("-round").first()
    if answer is not None and answer.entered_by_id is not None and answer.entered_by_id == actor.user_id:
        return Refusal("same_officer", "درباره فرجام‌خواهی کسی تصمیم می‌گیرد که پاسخ پلیس را خودش ثبت نکرده است.")
    return None


APPLICATION = Lifecycle(
    name="application",
    states=State,
    initial=S.DRAFT,
    transitions=(
        Transition(
            "submit", (S.DRAFT,), S.DOMAIN_PENDING, (R.APPLICANT,), "ثبت درخواست", (nothing_is_missing, domain_is_free)
        ),
        Transition("prove_domain", (S.DOMAIN_PENDING,), S.IN_VERIFICATION, (R.SYSTEM,), "احراز دامنه"),
        Transition("ask_applicant", (S.IN_VERIFICATION,), S.AWAITING_APPLICANT, (R.SYSTEM,), "درخواست اقدام متقاضی"),
        Transition("resume", (S.AWAITING_APPLICANT,), S.IN_VERIFICATION, (R.SYSTEM,), "ادامه احراز"),
        Transition(
            "send_to_review",
            (S.IN_VERIFICATION,),
            S.CONTENT_REVIEW,
            (R.SYSTEM,),
            "ارسال به کارشناس",
            (reviewed_by_staff, ready_for_review),
        ),
        Transition(
            "skip_review",
            (S.IN_VERIFICATION,),
            S.COMMITMENT,
            (R.SYSTEM,),
            "رفتن به تعهدنامه",
            (not_reviewed_by_staff, steps_are_closed),
        ),
        Transition(
            "request_correction",
            (S.CONTENT_REVIEW,),
            S.CORRECTION_REQUESTED,
            _OFFICERS,
            "بازگرداندن برای اصلاح",
            (not_own_file,),
            note_needed=True,
        ),
        Transition(
            "resubmit", (S.CORRECTION_REQUESTED,), S.CONTENT_REVIEW, (R.APPLICANT,), "ارسال دوباره", (ready_for_review,)
        ),
        Transition(
            "approve", (S.CONTENT_REVIEW,), S.COMMITMENT, _OFFICERS, "تأیید پرونده", (not_own_file, steps_are_closed)
        ),
        Transition(
            "propose_refusal",
            (S.CONTENT_REVIEW,),
            S.REFUSAL_PROPOSED,
            _OFFICERS,
            "پیشنهاد رد",
            (not_own_file,),
            note_needed=True,
        ),
        Transition(
            "confirm_refusal",
            (S.REFUSAL_PROPOSED,),
            S.REJECTED,
            _OFFICERS,
            "تأیید رد",
            (not_own_file, proposed_by_someone_else),
            note_needed=True,
        ),
        Transition(
            "decline_refusal",
            (S.REFUSAL_PROPOSED,),
            S.CONTENT_REVIEW,
            _OFFICERS,
            "نپذیرفتن رد",
            (not_own_file, proposed_by_someone_else),
            note_needed=True,
        ),
        Transition("object", (S.REJECTED,), S.APPEAL, (R.APPLICANT,), "اعتراض به رد", note_needed=True),
        Transition(
            "uphold_objection",
            (S.APPEAL,),
            S.CONTENT_REVIEW,
            _OFFICERS,
            "پذیرش اعتراض",
            (not_own_file, not_an_earlier_decider),
            note_needed=True,
        ),
        Transition(
            "dismiss_objection",
            (S.APPEAL,),
            S.REJECTED,
            _OFFICERS,
            "رد اعتراض",
            (not_own_file, not_an_earlier_decider),
            note_needed=True,
        ),
        Transition("commit", (S.COMMITMENT,), S.POLICE_PENDING, (R.APPLICANT,), "پذیرش تعهدنامه", (vetted_by_police,)),
        Transition(
            "commit_unvetted",
            (S.COMMITMENT,),
            S.PAYMENT_PENDING,
            (R.APPLICANT,),
            "پذیرش تعهدنامه",
            (not_vetted_by_police,),
        ),
        Transition(
            "clear_by_police",
            (S.POLICE_PENDING,),
            S.PAYMENT_PENDING,
            (R.SYSTEM, R.POLICE_LIAISON),
            "پاسخ مثبت پلیس",
            (not_own_file,),
        ),
        Transition(
            "refuse_by_police",
            (S.POLICE_PENDING,),
            S.POLICE_REFUSED,
            (R.SYSTEM, R.POLICE_LIAISON),
            "پاسخ منفی پلیس",
            (not_own_file,),
        ),
        Transition("appeal_to_police", (S.POLICE_REFUSED,), S.POLICE_APPEAL, (R.APPLICANT,), "فرجام‌خواهی"),
        Transition(
            "ask_police_again",
            (S.POLICE_APPEAL,),
            S.POLICE_PENDING,
            (R.POLICE_LIAISON,),
            "استعلام دوباره",
            (not_own_file, answer_entered_by_someone_else),
            note_needed=True,
        ),
        Transition(
            "uphold_police",
            (S.POLICE_APPEAL,),
            S.REJECTED,
            (R.POLICE_LIAISON,),
            "تأیید پاسخ منفی",
            (not_own_file, answer_entered_by_someone_else),
            note_needed=True,
        ),
        Transition(
            "issue",
            (S.PAYMENT_PENDING,),
            S.ISSUED,
            (R.SYSTEM,),
            "صدور نماد",
            (steps_are_closed, fee_is_paid, domain_proof_is_fresh),
        ),
        Transition("change_answer", _UNDER_WAY, S.IN_VERIFICATION, (R.APPLICANT,), "تغییر پاسخ"),
        Transition("change_domain", (S.DOMAIN_PENDING, *_UNDER_WAY), S.DRAFT, (R.APPLICANT,), "بازگشت به پیش‌نویس"),
        Transition("withdraw", _BEFORE_ISSUE, S.WITHDRAWN, (R.APPLICANT,), "انصراف"),
        Transition(
            "abandon",
            (
                S.DRAFT,
                S.DOMAIN_PENDING,
                S.AWAITING_APPLICANT,
                S.CORRECTION_REQUESTED,
                S.COMMITMENT,
                S.PAYMENT_PENDING,
                S.POLICE_REFUSED,
            ),
            S.ABANDONED,
            (R.SYSTEM,),
            "بایگانی",
        ),
    ),
)


class BadgeState(models.TextChoices):
    ACTIVE = "active", "معتبر"
    ACTIVE_PENDING_LICENCE = "active_pending_licence", "معتبر در انتظار ارائه پروانه کسب"
    EXPIRED = "expired", "منقضی شده"
    SUSPENDED = "suspended", "تعلیق شده"
    REVOKED = "revoked", "ابطال شده"
    CANCELLED = "cancelled", "لغو به درخواست صاحب امتیاز"


B = BadgeState
LIVE = (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED)
PUBLIC_CODE = {B.ACTIVE: 1, B.ACTIVE_PENDING_LICENCE: 3, B.EXPIRED: 5, B.SUSPENDED: 6, B.REVOKED: 7, B.CANCELLED: 8}
"""The integer codes banks know from the real system, completed (contracts.md, public web)."""

BADGE = Lifecycle(
    name="badge",
    states=BadgeState,
    initial=B.ACTIVE,
    transitions=(
        Transition("await_licence", (B.ACTIVE,), B.ACTIVE_PENDING_LICENCE, (R.SYSTEM,), "انتظار پروانه کسب"),
        Transition("receive_licence", (B.ACTIVE_PENDING_LICENCE,), B.ACTIVE, (R.SYSTEM,), "دریافت پروانه کسب"),
        Transition("expire", (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED), B.EXPIRED, (R.SYSTEM,), "پایان اعتبار"),
        Transition(
            "suspend",
            (B.ACTIVE, B.ACTIVE_PENDING_LICENCE),
            B.SUSPENDED,
            (R.SENIOR_REVIEWER,),
            "تعلیق",
            note_needed=True,
        ),
        Transition("lift", (B.SUSPENDED,), B.ACTIVE, (R.SENIOR_REVIEWER,), "رفع تعلیق", note_needed=True),
        Transition(
            "revoke",
            (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED),
            B.REVOKED,
            (R.SENIOR_REVIEWER,),
            "ابطال",
            note_needed=True,
        ),
        Transition(
            "cancel", (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED), B.CANCELLED, (R.APPLICANT,), "لغو به درخواست"
        ),
    ),
)


class InvoiceState(models.TextChoices):
    OPEN = "open", "پرداخت‌نشده"
    VERIFYING = "verifying", "در حال تأیید بانک"
    PAID = "paid", "پرداخت شد"
    NEEDS_RECONCILIATION = "needs_reconciliation", "نیازمند مغایرت‌گیری"
    CANCELLED = "cancelled", "لغو شد"


V = InvoiceState

INVOICE = Lifecycle(
    name="invoice",
    states=InvoiceState,
    initial=V.OPEN,
    transitions=(
        Transition("verify", (V.OPEN,), V.VERIFYING, (R.SYSTEM,), "تأیید از بانک", clause="PAY-4"),
        Transition("settle", (V.VERIFYING, V.NEEDS_RECONCILIATION), V.PAID, (R.SYSTEM, R.FINANCE), "ثبت پرداخت"),
        Transition("reopen", (V.VERIFYING, V.NEEDS_RECONCILIATION), V.OPEN, (R.SYSTEM, R.FINANCE), "پرداخت نشد"),
        Transition(
            "puzzle", (V.OPEN, V.VERIFYING), V.NEEDS_RECONCILIATION, (R.SYSTEM,), "ارجاع به مالی", clause="PAY-5"
        ),
        Transition("cancel", (V.OPEN,), V.CANCELLED, (R.SYSTEM, R.APPLICANT), "لغو صورت‌حساب"),
    ),
)


class PaymentState(models.TextChoices):
    STARTED = "started", "در درگاه"
    ASKED = "asked", "در حال تأیید بانک"
    VERIFIED = "verified", "تأیید شد"
    NOT_PAID = "not_paid", "پرداخت نشد"
    PUZZLE = "puzzle", "نیازمند مغایرت‌گیری"
    RESOLVED = "resolved", "مغایرت رفع شد"


Y = PaymentState

PAYMENT = Lifecycle(
    name="payment",
    states=PaymentState,
    initial=Y.STARTED,
    transitions=(
        Transition("ask", (Y.STARTED, Y.NOT_PAID), Y.ASKED, (R.SYSTEM,), "پرسش از بانک", clause="PAY-2"),
        Transition(
            "confirm", (Y.STARTED, Y.ASKED, Y.NOT_PAID), Y.VERIFIED, (R.SYSTEM,), "ثبت رسید", clause="PAY-3, PAY-4"
        ),
        Transition("deny", (Y.STARTED, Y.ASKED), Y.NOT_PAID, (R.SYSTEM,), "پرداخت نشد"),
        Transition("puzzle", (Y.STARTED, Y.ASKED, Y.NOT_PAID), Y.PUZZLE, (R.SYSTEM,), "ارجاع به مالی", clause="PAY-6"),
        Transition("resolve", (Y.PUZZLE,), Y.RESOLVED, (R.FINANCE,), "رفع مغایرت", note_needed=True),
    ),
)


class DocumentState(models.TextChoices):
    PENDING = "pending", "نزد کارشناس"
    ACCEPTED = "accepted", "پذیرفته شد"
    REFUSED = "refused", "پذیرفته نشد"


D = DocumentState
_DOCUMENTS_OPEN = (S.IN_VERIFICATION, S.AWAITING_APPLICANT, S.CONTENT_REVIEW, S.CORRECTION_REQUESTED)


def documents_are_judged_now(document: Any, _actor: Actor) -> Refusal | None:
    """Between submission and the decision; afterwards the verdicts stand."""
    if document.application.state in (S.DOMAIN_PENDING, *_DOCUMENTS_OPEN):
        return None
    return Refusal("documents_closed", "در این مرحله از پرونده رأی اسناد تغییر نمی‌کند.")


def not_an_own_document(document: Any, actor: Actor) -> Refusal | None:
    """As for the case itself (AUTHZ-5)."""
    return not_own_file(document.application, actor)


DOCUMENT = Lifecycle(
    name="document",
    states=DocumentState,
    initial=D.PENDING,
    transitions=(
        Transition(
            "accept",
            (D.PENDING, D.REFUSED),
            D.ACCEPTED,
            _OFFICERS,
            "پذیرش سند",
            (documents_are_judged_now, not_an_own_document),
        ),
        Transition(
            "refuse",
            (D.PENDING, D.ACCEPTED),
            D.REFUSED,
            _OFFICERS,
            "نپذیرفتن سند",
            (documents_are_judged_now, not_an_own_document),
        ),
        Transition("replace", (D.PENDING, D.REFUSED), D.PENDING, (R.APPLICANT,), "فرستادن سند تازه"),
        Transition("reopen", (D.ACCEPTED,), D.PENDING, (R.APPLICANT,), "بررسی دوباره پس از تغییر پاسخ"),
    ),
)


class LetterState(models.TextChoices):
    ORDERED = "ordered", "در نوبت چاپ"
    PRINTED = "printed", "چاپ شد"
    POSTED = "posted", "در راه"
    DELIVERED = "delivered", "تحویل شد"
    RETURNED = "returned", "برگشت خورد"
    LOST = "lost", "گم شد"
    CANCELLED = "cancelled", "باطل شد"


L = LetterState

LETTER = Lifecycle(
    name="postal_letter",
    states=LetterState,
    initial=L.ORDERED,
    transitions=(
        Transition("print", (L.ORDERED,), L.PRINTED, (R.SYSTEM,), "سپردن برای چاپ", clause="REL-8: یک بار در هر دور"),
        Transition("reprint", (L.PRINTED,), L.ORDERED, (R.SENIOR_REVIEWER, R.SUPPORT), "چاپ دوباره", note_needed=True),
        Transition("post", (L.PRINTED,), L.POSTED, (R.SYSTEM,), "پست شدن"),
        Transition("deliver", (L.PRINTED, L.POSTED), L.DELIVERED, (R.SYSTEM,), "تحویل"),
        Transition("bring_back", (L.PRINTED, L.POSTED), L.RETURNED, (R.SYSTEM,), "برگشت"),
        Transition("lose", (L.PRINTED, L.POSTED), L.LOST, (R.SYSTEM,), "گم شدن"),
        Transition("cancel", (L.ORDERED, L.PRINTED, L.POSTED, L.DELIVERED), L.CANCELLED, (R.SYSTEM,), "باطل کردن"),
    ),
)


class ItemState(models.TextChoices):
    PENDING = "pending", "در انتظار کارشناس"
    OK = "ok", "درست است"
    NOT_OK = "not_ok", "نیازمند اصلاح"


_I = ItemState


def items_are_judged_now(row: Any, _actor: Actor) -> Refusal | None:
    """After the machine's look, before the decision."""
    if row.application.state in _DOCUMENTS_OPEN:
        return None
    return Refusal("checklist_closed", "در این مرحله از پرونده رأی بندهای سایت تغییر نمی‌کند.")


def not_an_own_site(row: Any, actor: Actor) -> Refusal | None:
    """Nobody judges the site of his own business (AUTHZ-5)."""
    if row.application.business.owner.user_id == actor.user_id:
        return Refusal("own_case", "این پرونده از آنِ خود شماست؛ کارشناس دیگری باید آن را بررسی کند.")
    return None


CHECK_ITEM = Lifecycle(
    name="check_item",
    states=ItemState,
    initial=_I.PENDING,
    transitions=(
        Transition(
            "accept",
            (_I.PENDING, _I.NOT_OK),
            _I.OK,
            _OFFICERS,
            "درست است",
            (items_are_judged_now, not_an_own_site),
        ),
        Transition(
            "refuse",
            (_I.PENDING, _I.OK),
            _I.NOT_OK,
            _OFFICERS,
            "درست نیست",
            (items_are_judged_now, not_an_own_site),
        ),
        Transition("reopen", (_I.NOT_OK,), _I.PENDING, (R.APPLICANT,), "بررسی دوباره پس از اصلاح"),
        Transition("renew", (_I.OK, _I.NOT_OK), _I.PENDING, (R.SYSTEM,), "بررسی دوباره پس از تغییر پاسخ"),
    ),
)
