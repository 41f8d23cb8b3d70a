"""What an officer does in the queue: takes the next case, and takes, releases or hands on several at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from applications.admin.case_pages import go_on
from applications.models import Application
from applications.services import claims
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.admin import CONFLICT, actor_of, tell
from enamad_portal.kernel.errors import Conflict, DomainError, NotFound, Refused
from enamad_portal.kernel.iran.text import persian_digits

MOST = 50
"""Cases of one press; a page of the queue holds fewer."""


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """The case that is due first, now the officer's."""
    try:
        return go_on(request)
    except DomainError as error:
        tell(request, error)
        return redirect("admin:applications_application_changelist")


@require_POST
def act_on_many(request: HttpRequest) -> HttpResponse:
    """Each case in its own use case: what one refuses does not hold up the others, and each refusal is told."""
    references = list(dict.fromkeys(request.POST.getlist("case")))[:MOST]
    act, done_words = _act_of(request)
    if not references:
        messages.warning(request, "پرونده‌ای برگزیده نشده است؛ کنار پرونده‌ها را نشان کنید.")
        return redirect(_back(request))
    found = dict(Application.objects.filter(reference__in=references).values_list("reference", "pk"))
    actor, done = actor_of(request), 0
    for reference in references:
        why = _refused(act, found.get(reference), actor)
        done += not why
        if why:
            messages.error(request, f"پرونده {reference}: {why}")
    if done:
        messages.success(request, f"{persian_digits(done)} پرونده {done_words}.")
    return redirect(_back(request))


def _act_of(request: HttpRequest) -> tuple[Callable[..., Any], str]:
    """The verb for one case, and what is said when it is done. Raises NotFound for an unknown one."""
    name, officer = request.POST.get("act", ""), request.POST.get("officer", "")
    if name == "assign":
        pk = int(officer) if officer.isdecimal() else 0
        return lambda case, actor: use_cases.run(claims.assign, case, pk, actor=actor), "سپرده شد"
    known: dict[str, tuple[Callable[..., Any], str]] = {
        "claim": (lambda case, actor: use_cases.run(claims.claim, case, actor=actor), "نزد شماست"),
        "release": (lambda case, actor: use_cases.run(claims.release, case, actor=actor), "به صف بازگشت"),
    }
    if name not in known:
        raise NotFound(name)
    return known[name]


def _refused(act: Callable[..., Any], pk: int | None, actor: Actor) -> str:
    """Why it was not done; empty when it was."""
    if pk is None:
        return "چنین پرونده‌ای نیست."
    try:
        act(pk, actor)
    except Refused as refused:
        return " ".join(refusal.message for refusal in refused.refusals)
    except Conflict:
        return CONFLICT
    except NotFound:
        return "کارشناسی را برگزینید که پرونده بررسی می‌کند."
    return ""


def _back(request: HttpRequest) -> str:
    """The page of the queue the officer came from."""
    queue = reverse("admin:applications_application_changelist")
    back = request.POST.get("back", "")
    return f"{queue}{back}" if back.startswith("?") else queue
