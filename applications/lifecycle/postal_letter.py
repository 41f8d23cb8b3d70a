"""The life of the verification letter that proves an address."""

from typing import Any

from django.db import models

from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.lifecycle import Lifecycle, Transition

from .application import not_own_file


class LetterState(models.TextChoices):
    ORDERED = "ordered", "در نوبت چاپ"
    PRINTED = "printed", "چاپ شد"
    POSTED = "posted", "در راه"
    DELIVERED = "delivered", "تحویل شد"
    RETURNED = "returned", "برگشت خورد"
    LOST = "lost", "گم شد"
    CANCELLED = "cancelled", "باطل شد"


L, R = LetterState, Role


def not_an_own_letter(letter: Any, actor: Actor) -> Refusal | None:
    """As for the case itself (AUTHZ-5)."""
    return not_own_file(letter.application, actor)


LETTER = Lifecycle(
    name="postal_letter",
    states=LetterState,
    initial=L.ORDERED,
    transitions=(
        Transition("print", (L.ORDERED,), L.PRINTED, (R.SYSTEM,), "سپردن برای چاپ", clause="REL-8: یک بار در هر دور"),
        Transition(
            "reprint",
            (L.PRINTED,),
            L.ORDERED,
            (R.SENIOR_REVIEWER, R.SUPPORT),
            "چاپ دوباره",
            (not_an_own_letter,),
            note_needed=True,
        ),
        Transition("post", (L.PRINTED,), L.POSTED, (R.SYSTEM,), "پست شدن"),
        Transition("deliver", (L.PRINTED, L.POSTED), L.DELIVERED, (R.SYSTEM,), "تحویل"),
        Transition("bring_back", (L.PRINTED, L.POSTED), L.RETURNED, (R.SYSTEM,), "برگشت"),
        Transition("lose", (L.PRINTED, L.POSTED), L.LOST, (R.SYSTEM,), "گم شدن"),
        Transition("cancel", (L.ORDERED, L.PRINTED, L.POSTED, L.DELIVERED), L.CANCELLED, (R.SYSTEM,), "باطل کردن"),
    ),
)
