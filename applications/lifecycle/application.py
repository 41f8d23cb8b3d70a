"""The life of an application, from first draft to issued badge (domain/enamad 11.1)."""

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
OFFICERS = (R.REVIEWER, R.SENIOR_REVIEWER)
SITE_AND_DOCUMENTS_OPEN = (S.IN_VERIFICATION, S.AWAITING_APPLICANT, S.CONTENT_REVIEW, S.CORRECTION_REQUESTED)
"""Documents and checklist items are judged and mended here; afterwards the verdicts stand."""
_BEFORE_ISSUE = tuple(state for state in S if state not in CLOSED)
_UNDER_WAY = (
    S.IN_VERIFICATION,
    S.AWAITING_APPLICANT,
    S.CONTENT_REVIEW,
    S.CORRECTION_REQUESTED,
    S.COMMITMENT,
    S.POLICE_PENDING,
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


def checked_for_this_person(application: Any, _actor: Actor) -> Refusal | None:
    """Civil registry and operator said yes about the person who is the applicant now, not about somebody before him."""
    if not application.checks_of_another_person():
        return None
    return Refusal("person_differs", "مشخصات متقاضی پس از احراز هویت تغییر کرده است؛ هویت دوباره احراز می‌شود.")


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
    """Nobody decides on his own business, whichever of his accounts it is under (AUTHZ-5)."""
    if actor.user_id is not None and application.is_own_file_of(actor.user_id):
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
            OFFICERS,
            "بازگرداندن برای اصلاح",
            (not_own_file,),
            note_needed=True,
        ),
        Transition(
            "resubmit", (S.CORRECTION_REQUESTED,), S.CONTENT_REVIEW, (R.APPLICANT,), "ارسال دوباره", (ready_for_review,)
        ),
        Transition(
            "approve", (S.CONTENT_REVIEW,), S.COMMITMENT, OFFICERS, "تأیید پرونده", (not_own_file, steps_are_closed)
        ),
        Transition(
            "propose_refusal",
            (S.CONTENT_REVIEW,),
            S.REFUSAL_PROPOSED,
            OFFICERS,
            "پیشنهاد رد",
            (not_own_file,),
            note_needed=True,
        ),
        Transition(
            "confirm_refusal",
            (S.REFUSAL_PROPOSED,),
            S.REJECTED,
            OFFICERS,
            "تأیید رد",
            (not_own_file, proposed_by_someone_else),
            note_needed=True,
        ),
        Transition(
            "decline_refusal",
            (S.REFUSAL_PROPOSED,),
            S.CONTENT_REVIEW,
            OFFICERS,
            "نپذیرفتن رد",
            (not_own_file, proposed_by_someone_else),
            note_needed=True,
        ),
        Transition("object", (S.REJECTED,), S.APPEAL, (R.APPLICANT,), "اعتراض به رد", note_needed=True),
        Transition(
            "uphold_objection",
            (S.APPEAL,),
            S.CONTENT_REVIEW,
            OFFICERS,
            "پذیرش اعتراض",
            (not_own_file, not_an_earlier_decider),
            note_needed=True,
        ),
        Transition(
            "dismiss_objection",
            (S.APPEAL,),
            S.REJECTED,
            OFFICERS,
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
            (steps_are_closed, fee_is_paid, domain_proof_is_fresh, checked_for_this_person),
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
