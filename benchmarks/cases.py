"""Submitted applications of one invented merchant, written in bulk: what the stages of the pipeline work on."""

import secrets
from datetime import date

from applications.lifecycle import State
from applications.models import Activity, Applicant, Application, Business, Requirement, VerificationStep
from benchmarks.stages import KEYS
from enamad_portal.accounts.models import User, mobile_index, national_code_index
from enamad_portal.kernel import clock
from enamad_portal.kernel.steps import StepState

_MOBILE, _NATIONAL_CODE = "+989120000000", "0013542419"


def seed(count: int) -> list[int]:
    """New applications that wait for their first stage, their steps already running; their numbers."""
    now, owner, activity = clock.now(), _merchant(), Activity.objects.order_by("pk").first()
    requirement = Requirement.objects.filter(person_type="natural", mode="micro").first()
    assert requirement is not None
    tail = secrets.token_hex(4)
    shops = Business.objects.bulk_create(
        Business(
            owner=owner,
            person_type="natural",
            mode="micro",
            name_fa="گلستان",
            domain=f"shop-{tail}-{number}.test",
            activity=activity,
            sale_method="direct",
            province="23",
            city="تهران",
            created_at=now,
        )
        for number in range(count)
    )
    cases = Application.objects.bulk_create(
        Application(
            business=shop,
            requirement=requirement,
            state=State.DOMAIN_PENDING,
            domain=shop.domain,
            created_at=now,
            touched_at=now,
            submitted_at=now,
        )
        for shop in shops
    )
    VerificationStep.objects.bulk_create(
        VerificationStep(application=case, key=key, state=StepState.RUNNING, requested_at=now)
        for case in cases
        for key in KEYS
    )
    return [case.pk for case in cases]


def _merchant() -> Applicant:
    if known := Applicant.objects.filter(user__mobile_key=mobile_index(_MOBILE)).first():
        return known
    user = User.objects.create(mobile=_MOBILE, mobile_key=mobile_index(_MOBILE))
    return Applicant.objects.create(
        user=user,
        first_name="مریم",
        last_name="نگارنده",
        national_code=_NATIONAL_CODE,
        national_code_key=national_code_index(_NATIONAL_CODE),
        birth_date=date(1988, 5, 4),
        created_at=clock.now(),
    )
