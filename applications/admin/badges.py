"""Badges on the desk: their life as buttons, with a proposal and a second officer where two must decide."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from applications.admin.case_forms import DecisionForm
from applications.lifecycle import BADGE, BadgeState, state_on
from applications.models import Badge
from applications.selectors import second_look
from applications.services import badge as verbs
from applications.services import formal_letters, proposals
from applications.verification.reasons import composed, reasons_for
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.admin import CaseAdmin, actor_of, jalali_day, text_of
from enamad_portal.kernel.admin_pages import acted, desk_page, rendered
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.forms import posted
from enamad_portal.kernel.templatetags.persian import host, stars

_TONES = {
    BadgeState.ACTIVE: "ok",
    BadgeState.ACTIVE_PENDING_LICENCE: "ok",
    BadgeState.SUSPENDED: "turn",
    BadgeState.REVOKED: "danger",
}
_LABELS = {row.name: row.label for row in BADGE.transitions}
_EVENTS = {
    "issued": "صدور",
    **{f"propose_{move}": f"پیشنهاد {_LABELS[move]}" for move in verbs.BY_TWO},
    **{f"decline_{move}": f"پیشنهاد {_LABELS[move]} پذیرفته نشد" for move in verbs.BY_TWO},
    **{f"withdraw_{move}": f"پیشنهاد {_LABELS[move]} پس گرفته شد" for move in verbs.BY_TWO},
}
_DECISIONS: dict[str, Callable[..., object]] = {
    "confirm": verbs.confirm,
    "decline": proposals.decline,
    "withdraw": proposals.withdraw,
}


def _address(pk: int) -> str:
    return reverse("admin:applications_badge_change", args=[pk])


def _stands_against(badge: Badge, move: str, actor: Actor) -> tuple[Refusal, ...]:
    """Why this officer may not propose this move now; that nobody has proposed it yet is no reason."""
    found = BADGE.refusals(badge, move, actor=actor, note="…")
    return tuple(one for one in found if one.code != proposals.NOT_PROPOSED)


@require_http_methods(["GET", "POST"])
def propose_page(request: HttpRequest, *, pk: int, move: str) -> HttpResponse:
    """The first officer: reasons, the text they become, a look at the letter, then the proposal."""
    badge = get_object_or_404(Badge.objects.select_related("application__business"), pk=pk)
    refusals = _stands_against(badge, move, actor_of(request))
    if move not in verbs.BY_TWO or {one.code for one in refusals} & {"role_missing", "not_in_this_state"}:
        raise Http404
    reasons = reasons_for(move)
    form, letter, status = DecisionForm(posted(request), reasons=reasons, text_needed=True), None, 200
    if form.is_valid():
        codes = form.cleaned_data["reasons"]
        text = form.cleaned_data["text"] or composed(codes)
        if "send" in request.POST:
            if _proposed(request, badge, move, codes, text):
                return redirect(_address(badge.pk))
            status = 409
        letter = formal_letters.preview_badge(badge, move, codes, text)
        form = DecisionForm(initial={"reasons": codes, "text": text}, reasons=reasons, text_needed=True)
    context = {
        "badge": badge,
        "refusals": refusals,
        "reasons": reasons,
        "form": form,
        "letter": letter,
        "title": f"پیشنهاد {_LABELS[move]}",
    }
    return rendered(request, "admin/applications/propose.html", context, status=400 if form.errors else status)


def _proposed(request: HttpRequest, badge: Badge, move: str, codes: list[str], text: str) -> bool:
    done = "پیشنهاد ثبت شد؛ همکار دیگری آن را تأیید می‌کند."
    actor = actor_of(request)
    verb = verbs.propose
    return acted(request, lambda: use_cases.run(verb, badge.pk, move, reasons=codes, text=text, actor=actor), done)


@require_POST
def decide_proposal(request: HttpRequest, *, pk: int, proposal: int, act: str) -> HttpResponse:
    """The second look at a badge: confirmed, declined, or taken back by its author."""
    verb = _DECISIONS.get(act)
    if verb is None or not Badge.objects.filter(pk=pk, proposals=proposal).exists():
        raise Http404

    def decide() -> None:
        note = text_of(request.POST, "note", "یادداشت")
        use_cases.run(verb, proposal, note=note, actor=actor_of(request))

    acted(request, decide, "ثبت شد.")
    return redirect(_address(pk))


@admin.register(Badge)
class BadgeAdmin(CaseAdmin):
    lifecycle = BADGE
    verbs = {"lift": verbs.lift}
    events = _EVENTS
    change_form_template = "admin/applications/badge.html"
    list_display = ("name", "chip", "starred", "valid_until", "holder_name")
    list_filter = ["state", "stars"]
    search_fields = ("domain__startswith", "public_id__exact", "application__reference__exact")
    search_help_text = "دامنه، شناسه نماد یا شماره پیگیری پرونده"
    list_select_related = ("business",)
    ordering = ("-changed_at",)
    fields = readonly_fields = (
        "name",
        "case",
        "public_page",
        "starred",
        "holder_name",
        "granted",
        "valid_since",
        "valid_until",
        "tax_tracking_code",
        "source",
    )

    granted = jalali_day("first_granted_at", "نخستین اعطا")
    valid_since = jalali_day("valid_from", "اعتبار از")
    valid_until = jalali_day("valid_to", "اعتبار تا")

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("<int:pk>/propose/<slug:move>/", propose_page, "propose"),
            ("<int:pk>/proposal/<int:proposal>/<slug:act>/", decide_proposal, "decide"),
        )
        return [*(desk_page(self, *page) for page in pages), *super().get_urls()]

    def page_of(self, subject: Any, request: HttpRequest) -> dict[str, Any]:
        """The open proposal, or what this officer may propose."""
        actor, proposal = actor_of(request), second_look.open_proposal(subject)
        name = "admin:applications_badge_decide"
        decisions = (
            second_look.decisions(proposal, actor, lambda pk, act: reverse(name, args=[subject.pk, pk, act]))
            if proposal
            else []
        )
        state = state_on(subject.state, subject.valid_to, clock.now())
        return super().page_of(subject, request) | {
            "proposal": proposal,
            "decisions": decisions,
            "proposable": [] if proposal else self._proposable(subject, actor),
            "state": {"label": state.label, "tone": _TONES.get(state, "quiet")},
        }

    def _proposable(self, badge: Badge, actor: Actor) -> list[dict[str, Any]]:
        moves = [move.transition.name for move in BADGE.open_moves(badge, actor)]
        return [
            {
                "label": f"پیشنهاد {_LABELS[move]}",
                "href": reverse("admin:applications_badge_propose", args=[badge.pk, move]),
                "refusals": _stands_against(badge, move, actor),
            }
            for move in moves
            if move in verbs.BY_TWO
        ]

    @admin.display(description="دامنه", ordering="domain")
    def name(self, badge: Badge) -> SafeString:
        return host(badge.domain)

    @admin.display(description="ستاره", ordering="stars")
    def starred(self, badge: Badge) -> SafeString:
        return stars(badge.stars)

    @admin.display(description="پرونده")
    def case(self, badge: Badge) -> SafeString:
        reference = badge.application.reference
        address = reverse("admin:applications_application_case", args=[reference])
        return format_html('<a href="{}"><code dir="ltr">{}</code></a>', address, reference)

    @admin.display(description="صفحه اعتبار")
    def public_page(self, badge: Badge) -> SafeString:
        address = f"/v/{badge.public_id}/"
        return format_html('<a href="{}"><code dir="ltr">{}</code></a>', address, badge.public_id)

    @admin.display(description="وضعیت", ordering="state")
    def chip(self, badge: Badge) -> SafeString:
        state = state_on(badge.state, badge.valid_to, clock.now())
        return format_html('<span class="chip tone-{}">{}</span>', _TONES.get(state, "quiet"), state.label)
