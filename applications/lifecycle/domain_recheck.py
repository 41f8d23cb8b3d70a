"""The second look at a domain that was proved by its title alone (DCV-6, ladder of DCV-11).

The system asks, waits and hands over; it never takes a badge away by itself: that is a decision of people.
"""

from django.db import models

from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.lifecycle import Lifecycle, Transition


class RecheckState(models.TextChoices):
    DUE = "due", "در نوبت"
    HELD = "held", "برقرار بود"
    ASKED = "asked", "در انتظار صاحب نماد"
    PROVED = "proved", "با روشی دیگر ثابت شد"
    OVERDUE = "overdue", "نزد کارشناس"
    CLOSED = "closed", "پایان‌یافته"


D, R = RecheckState, Role
RECHECK_OPEN = (D.DUE, D.ASKED, D.OVERDUE)

RECHECK = Lifecycle(
    name="domain_recheck",
    states=RecheckState,
    initial=D.DUE,
    transitions=(
        Transition("hold", RECHECK_OPEN, D.HELD, (R.SYSTEM,), "دیدن دوباره نشانه", clause="DCV-6"),
        Transition("ask", (D.DUE,), D.ASKED, (R.SYSTEM,), "درخواست روش دوم", clause="DCV-11: پس از چهار بار ندیدن"),
        Transition("prove", RECHECK_OPEN, D.PROVED, (R.SYSTEM, R.APPLICANT), "اثبات با روش دوم", clause="DCV-2"),
        Transition("hand_over", (D.ASKED,), D.OVERDUE, (R.SYSTEM,), "سپردن به کارشناس", clause="DCV-11: پایان مهلت"),
        Transition("close", (D.OVERDUE,), D.CLOSED, (R.SENIOR_REVIEWER,), "بستن با تصمیم کارشناس", note_needed=True),
        Transition("lapse", RECHECK_OPEN, D.CLOSED, (R.SYSTEM,), "پایان نماد"),
    ),
)
