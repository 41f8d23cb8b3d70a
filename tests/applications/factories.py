"""Rows as they would stand after their use cases; late states may be inserted, only UPDATEs are guarded."""

from datetime import UTC, datetime, timedelta

from applications.lifecycle import BadgeState, State
from applications.models import Activity, Applicant, Application, Badge, Business, Requirement, VerificationStep
from applications.models.application import ABOUT_THE_PERSON
from enamad_portal.accounts.models import User, mobile_index, national_code_index
from enamad_portal.kernel.steps import StepState, Verdict

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
"""۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰ in Tehran."""
CANARIES = {
    "mobile": "+989351112233",
    "national_code": "0013542419",
    "postal_code": "8183746511",
    "address": "خیابان قناری، کوچه راز، پلاک ۴۲",
    "landline": "+982188776655",
    "email": "canary-secret@mail.example.ir",
}
"""Personal data that no public page may show."""
CHECKED = ("identity", "mobile", "domain", "email")


def applicant(mobile=CANARIES["mobile"], first_name="مریم", last_name="نگارنده", **more):
    user = User.objects.create(mobile=mobile, mobile_key=mobile_index(mobile))
    code = more.pop("national_code", CANARIES["national_code"])
    return Applicant.objects.create(
        user=user,
        first_name=first_name,
        last_name=last_name,
        national_code=code,
        national_code_key=national_code_index(code),
        birth_date=datetime(1988, 5, 4, tzinfo=UTC).date(),
        created_at=NOON,
        **more,
    )


def business(owner=None, domain="golestan-shop.ir", **more):
    facts = {
        "person_type": "natural",
        "mode": "micro",
        "name_fa": "گلستان",
        "name_latin": "Golestan",
        "activity": Activity.objects.order_by("pk").first(),
        "sale_method": "direct",
        "province": "23",
        "city": "تهران",
        "postal_code": CANARIES["postal_code"],
        "address": CANARIES["address"],
        "landline": CANARIES["landline"],
        "email": CANARIES["email"],
        "answering_hours": "شنبه تا چهارشنبه 9 تا 17",
        "created_at": NOON,
    }
    return Business.objects.create(owner=owner or applicant(), domain=domain, **facts | more)


def application(shop=None, state=State.ISSUED, **more):
    shop = shop or business()
    facts = {
        "requirement": Requirement.objects.filter(person_type=shop.person_type, mode=shop.mode).first(),
        "domain": shop.domain,
        "created_at": NOON - timedelta(days=9),
        "touched_at": NOON,
        "submitted_at": NOON - timedelta(days=8),
        "issued_at": NOON if state == State.ISSUED else None,
    }
    return Application.objects.create(business=shop, state=state, **facts | more)


def passed_step(case, key, at=NOON - timedelta(days=3)):
    about = {"person": case.business.owner.person_key} if key in ABOUT_THE_PERSON else {}
    return VerificationStep.objects.create(
        application=case,
        key=key,
        state=StepState.PASSED,
        verdict=Verdict.PASSED,
        verified_at=at,
        received_at=at,
        evidence=about,
    )


def issued_badge(domain="golestan-shop.ir", state=BadgeState.ACTIVE, shop=None, checked=CHECKED, **more):
    """An issued badge with its applicant, business, application and passed steps."""
    shop = shop or business(domain=domain)
    case = application(shop)
    for place, key in enumerate(checked):
        passed_step(case, key, NOON - timedelta(days=6 - place))
    facts = {
        "holder_name": shop.owner.full_name,
        "stars": 0,
        "approved_at": NOON,
        "first_granted_at": NOON,
        "valid_from": NOON,
        "valid_to": NOON + timedelta(days=365),
        "changed_at": NOON,
    }
    return Badge.objects.create(business=shop, application=case, state=state, domain=shop.domain, **facts | more)
