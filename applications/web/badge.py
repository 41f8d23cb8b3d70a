"""The issued badge as its owner sees it: the snippet and how to place it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.badge.snippet import instructions, snippet
from applications.models import Badge
from applications.selectors.checklist import snippet_state
from applications.selectors.domain import standing_after_issue
from applications.services.domain_again import open_recheck
from applications.web.access import actor_of, panel_page
from applications.web.live import live_page
from enamad_portal.kernel.fetch.hosts import readable


@require_safe
@panel_page
def badge(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of the badge."""
    return badge_page(request, reference)


def badge_page(request: HttpRequest, reference: str, refusals: tuple[str, ...] = ()) -> HttpResponse:
    """The snippet, how to place it, what the last look found, and whether the domain must be shown again."""
    rows = Badge.objects.select_related("business", "application")
    found = rows.filter(application__reference=reference, business__owner__user_id=actor_of(request).account).first()
    if found is None:
        raise Http404
    look = snippet_state(found.pk)
    recheck = open_recheck(found.application)
    context = {
        "badge": found,
        "unicode": readable(found.domain),
        "snippet": snippet(found.public_id, found.domain),
        "instructions": instructions(found.public_id, found.domain),
        "look": look,
        "domain_standing": standing_after_issue(recheck) if recheck else None,
        "refusals": refusals,
    }
    here = reverse("applications:badge", args=[reference])
    return live_page(request, "badge", context, running=look.running, address=here, status=409 if refusals else 200)
