"""What an officer does on the case page: one POST, one use case, back to the page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from applications.admin.case_pages import case_address, show_case
from applications.selectors.desk_case import desk_application
from applications.services import claims, review
from applications.services.reveals import reveal
from applications.services.test_account import FIELD as TEST_ACCOUNT
from applications.services.test_account import reveal_test_account
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.admin import actor_of, tell
from enamad_portal.kernel.errors import DomainError, NotFound

STEP_VERBS: dict[str, Callable[..., Any]] = {
    "accept": review.accept_step,
    "decline": review.decline_step,
    "waive": review.waive_step,
}

PanelAct = Callable[[int, dict[str, list[str]], Actor], str | None]
PANEL_ACTS: dict[str, PanelAct] = {}
"""What the forms of the panels do: (application's pk, what was posted, who) -> where on the page to go on."""


@require_POST
def claim_case(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _act(request, reference, lambda pk, actor: use_cases.run(claims.claim, pk, actor=actor), "پرونده نزد شماست.")


@require_POST
def release_case(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _act(
        request, reference, lambda pk, actor: use_cases.run(claims.release, pk, actor=actor), "پرونده به صف بازگشت."
    )


@require_POST
def reveal_field(request: HttpRequest, *, reference: str) -> HttpResponse:
    """Shows the page once with the field open; it is masked again on the next look."""
    field, reason = request.POST.get("field", ""), request.POST.get("reason", "")
    pk, actor = desk_application(reference).pk, actor_of(request)
    try:
        if field == TEST_ACCOUNT:
            use_cases.run(reveal_test_account, pk, reason, actor=actor)
        else:
            use_cases.run(reveal, pk, field, reason, actor=actor)
    except NotFound:
        raise
    except DomainError as error:
        tell(request, error)
        return show_case(request, reference, status=409)
    return show_case(request, reference, shown=field)


@require_POST
def judge_step(request: HttpRequest, *, reference: str, key: str) -> HttpResponse:
    """Accept, decline or waive one step, with a note."""
    verb = STEP_VERBS.get(request.POST.get("move", ""))
    if verb is None:
        raise NotFound(key)
    note = request.POST.get("note", "")
    return _act(request, reference, lambda pk, actor: use_cases.run(verb, pk, key, note=note, actor=actor), "ثبت شد.")


@require_POST
def panel_act(request: HttpRequest, *, reference: str, panel: str) -> HttpResponse:
    """The form of a panel: a document's verdict, a checklist item, an answer entered by hand."""
    act = PANEL_ACTS.get(panel)
    if act is None:
        raise NotFound(panel)
    posted = {name: request.POST.getlist(name) for name in request.POST}
    return _act(request, reference, lambda pk, actor: act(pk, posted, actor), "ثبت شد.", anchor=f"panel-{panel}")


def _act(
    request: HttpRequest, reference: str, verb: Callable[[int, Actor], object], done: str, anchor: str = ""
) -> HttpResponse:
    try:
        further = verb(desk_application(reference).pk, actor_of(request))
        anchor = further if isinstance(further, str) and further else anchor
        messages.success(request, done)
    except NotFound:
        raise
    except DomainError as error:
        tell(request, error)
    address = case_address(reference, request)
    return redirect(f"{address}#{anchor}" if anchor else address)
