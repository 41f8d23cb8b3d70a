"""What an officer does on the case page: one POST, one use case, back to the page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
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
from enamad_portal.kernel.admin import actor_of, tell, text_of
from enamad_portal.kernel.errors import DomainError, NotFound

STEP_VERBS: dict[str, Callable[..., Any]] = {
    "accept": review.accept_step,
    "decline": review.decline_step,
    "waive": review.waive_step,
}

PanelAct = Callable[[int, QueryDict, Actor], str | None]
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
    field = request.POST.get("field", "")
    pk, actor = desk_application(reference).pk, actor_of(request)
    try:
        reason = text_of(request.POST, "reason", "دلیل", 200)
        if field == TEST_ACCOUNT:
            use_cases.run(reveal_test_account, pk, reason, actor=actor)
        else:
            use_cases.run(reveal, pk, field, reason, actor=actor)
    except NotFound:
        raise
    except DomainError as error:
        return _refused(request, reference, error)
    return show_case(request, reference, shown=field)


@require_POST
def judge_step(request: HttpRequest, *, reference: str, key: str) -> HttpResponse:
    """Accept, decline or waive one step, with a note."""
    verb = STEP_VERBS.get(request.POST.get("move", ""))
    if verb is None:
        raise NotFound(key)

    def judge(pk: int, actor: Actor) -> None:
        use_cases.run(verb, pk, key, note=text_of(request.POST, "note", "دلیل", 300), actor=actor)

    return _act(request, reference, judge, "ثبت شد.")


@require_POST
def panel_act(request: HttpRequest, *, reference: str, panel: str) -> HttpResponse:
    """The form of a panel: a document's verdict, a checklist item, an answer entered by hand."""
    act = PANEL_ACTS.get(panel)
    if act is None:
        raise NotFound(panel)
    return _act(request, reference, lambda pk, actor: act(pk, request.POST, actor), "ثبت شد.", anchor=f"panel-{panel}")


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
        return _refused(request, reference, error)
    address = case_address(reference, request)
    return redirect(f"{address}#{anchor}" if anchor else address)


def _refused(request: HttpRequest, reference: str, error: DomainError) -> HttpResponse:
    """The case with the reason, and what was typed still in its box."""
    tell(request, error)
    return show_case(request, reference, typed={"at": request.path, **request.POST.dict()}, status=409)
