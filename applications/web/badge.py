"""The issued badge as its owner sees it: the snippet and how to place it, what was decided about it, and its end."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.badge.snippet import instructions, snippet
from applications.lifecycle import BADGE, LIVE, BadgeState, state_on
from applications.models import Badge
from applications.selectors.checklist import snippet_state
from applications.selectors.domain import standing_after_issue
from applications.services import badge as verbs
from applications.services.domain_again import open_recheck
from applications.services.formal_letters import BADGE_REVOCATION, BADGE_SUSPENSION, latest
from applications.web.access import actor_of, panel_page
from applications.web.live import live_page
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.fetch.hosts import readable
from enamad_portal.kernel.forms import PortalForm

_LETTERS = {BadgeState.SUSPENDED: BADGE_SUSPENSION, BadgeState.REVOKED: BADGE_REVOCATION}
"""Which letter says why the badge is not valid."""


class CancelForm(PortalForm):
    domain = forms.CharField(
        label="برای لغو، دامنه نماد را بنویسید",
        max_length=300,
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off"}),
    )


@require_safe
@panel_page
def badge(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of the badge."""
    return badge_page(request, reference)


@require_POST
@panel_page
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """لغو به درخواست: for good, with the domain typed."""
    form = CancelForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data["domain"]
        try:
            use_cases.run(verbs.cancel, reference, typed_domain=typed, actor=actor_of(request))
            return redirect("applications:badge", reference)
        except Refused as refused:
            form.add_error("domain", refused.refusals[0].message)
    return badge_page(request, reference, cancel_form=form)


def badge_page(
    request: HttpRequest, reference: str, refusals: tuple[str, ...] = (), cancel_form: CancelForm | None = None
) -> HttpResponse:
    """The snippet, how to place it, what the last look at the home page found, and how to end it."""
    actor = actor_of(request)
    rows = Badge.objects.select_related("business", "application")
    found = rows.filter(application__reference=reference, business__owner__user_id=actor.account).first()
    if found is None:
        raise Http404
    look = snippet_state(found.pk)
    recheck = open_recheck(found.application)
    kind = _LETTERS.get(BadgeState(found.state))
    state = state_on(found.state, found.valid_to, clock.now())
    context = {
        "badge": found,
        "unicode": readable(found.domain),
        "snippet": snippet(found.public_id, found.domain),
        "instructions": instructions(found.public_id, found.domain),
        "look": look,
        "domain_standing": standing_after_issue(recheck) if recheck else None,
        "refusals": refusals,
        "state": state,
        "live": state in LIVE,
        "letter": latest(found.application, kind) if kind else None,
        "may_cancel": not BADGE.refusals(found, "cancel", actor=actor),
        "form": cancel_form or CancelForm(),
    }
    here = reverse("applications:badge", args=[reference])
    status = 400 if cancel_form else 409 if refusals else 200
    return live_page(request, "badge", context, running=look.running, address=here, status=status)
