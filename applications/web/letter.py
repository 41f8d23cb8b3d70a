"""The letter's page: pay the postage, see where the letter is, enter its two codes, ask for another one."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from applications.models import Application
from applications.sections import section_asking
from applications.selectors.address import LetterPage, letter_page
from applications.services.letters import ask_again, enter_codes
from applications.services.pay import payment_of, start_payment, verify_now
from applications.verification.words import sentence
from applications.web.access import actor_of, panel_page
from applications.web.live import live_page
from applications.web.paying import leads_to_gateway
from applications.web.verification import step_of
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.codes import Judgement, Style, copied_right, typed
from enamad_portal.kernel.errors import ProviderDown, Refused
from enamad_portal.kernel.forms import PortalForm, posted
from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.steps import StepState
from enamad_portal.providers.payment import returned_authority

WHY_NOT = {
    Judgement.WRONG: "این کد از آن این نامه نیست. کد را از روی نامه‌ای که تازه رسیده رونویسی کنید.",
    Judgement.EXPIRED: "زمان کدهای این نامه گذشته است.",
    Judgement.SPENT: "کدهای این نامه دیگر پذیرفته نمی‌شود.",
}
_BOX = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
_ORDINALS = {1: "کد نخست", 2: "کد دوم"}


class LetterCodeField(forms.CharField):
    """Both codes are needed, only not at once: no «optional» beside the box, no complaint about an empty one."""

    def validate(self, value: str) -> None:
        """An empty box is a code that comes later."""


class LetterCodesForm(PortalForm):
    """A box for each code that is still to come; one may be entered without the other, in any order."""

    def __init__(self, missing: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in missing:
            box = forms.TextInput(attrs=_BOX)
            label = _ORDINALS[place] if len(missing) > 1 else "کد دیگر نامه"
            self.fields[f"code_{place}"] = LetterCodeField(label=label, max_length=40, widget=box)
        for field in list(self.fields.values())[:1]:
            field.help_text = "۹ نویسه، مانند K7QM-2R9T-5؛ خط تیره و بزرگ و کوچک بودن حروف مهم نیست."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        bare = {name: typed(text, Style.LETTER) for name, text in cleaned.items()}
        for name, code in bare.items():
            if code and not copied_right(code):
                self.add_error(name, "این کد درست رونویسی نشده است؛ هر ۹ نویسه را با نامه مقایسه کنید.")
        if not any(bare.values()) and not self.errors:
            raise ValidationError("دست‌کم یکی از کدهای نامه را وارد کنید.", code="no_code")
        return bare

    @property
    def guesses(self) -> dict[str, str]:
        return {name: code for name, code in self.cleaned_data.items() if code}


@require_http_methods(["GET", "POST"])
@leads_to_gateway
@panel_page
def postal(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the letter stands, and the boxes for its codes."""
    application, step = step_of(request, reference, "postal")
    page = letter_page(application, step)
    form = LetterCodesForm(page.missing, posted(request))
    if request.method == "POST" and form.is_valid():
        guesses = form.guesses
        judged = use_cases.run(enter_codes, reference, list(guesses.values()), actor=actor_of(request))
        application, step = step_of(request, reference, "postal")
        if step.state not in {StepState.ASKED, StepState.WAITING}:
            return redirect("applications:case" if step.closed else "applications:postal", reference)
        for name, judgement in zip(guesses, judged, strict=True):
            if judgement is not Judgement.ACCEPTED:
                form.add_error(name, WHY_NOT[judgement])
        if form.is_valid():
            return redirect("applications:postal", reference)
    return _page(request, application, form, status=400 if form.is_bound else 200)


@require_POST
@leads_to_gateway
@panel_page
def postal_pay(request: HttpRequest, reference: str) -> HttpResponse:
    """To the gateway, for the postage."""
    application, _ = step_of(request, reference, "postal")
    callback = f"{settings.BASE_URL}{reverse('applications:postal_return', args=[reference])}"
    try:
        return redirect(start_payment(reference, callback, actor=actor_of(request), step="postal"))
    except Refused as refused:
        refusals = [one.message for one in refused.refusals]
    except ProviderDown:
        refusals = ["درگاه بانک پاسخ نداد و مبلغی کم نشد. چند دقیقه دیگر دوباره پرداخت را بزنید."]
    return _page(request, application, None, refusals=refusals, status=409)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def postal_return(request: HttpRequest, reference: str) -> HttpResponse:
    """Back from the gateway; its words only wake the check (PAY-2)."""
    authority = returned_authority(request.GET) or returned_authority(request.POST)
    payment_id = payment_of(reference, authority or "")
    if payment_id is None:
        raise Http404
    verify_now(payment_id)
    return redirect("applications:postal", reference)


@require_POST
@leads_to_gateway
@panel_page
def postal_again(request: HttpRequest, reference: str) -> HttpResponse:
    """«نامه تازه»: a new round."""
    application, _ = step_of(request, reference, "postal")
    try:
        use_cases.run(ask_again, reference, actor=actor_of(request))
    except Refused as refused:
        return _page(request, application, None, refusals=[one.message for one in refused.refusals], status=409)
    return redirect("applications:postal", reference)


def _page(
    request: HttpRequest,
    application: Application,
    form: LetterCodesForm | None,
    *,
    refusals: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    _, step = step_of(request, application.reference, "postal")
    page: LetterPage = letter_page(application, step)
    business = application.business
    province = next((one.name for one in provinces.all_provinces() if one.code == business.province), "")
    context = {
        "application": application,
        "page": page,
        "step": step,
        "form": form or LetterCodesForm(page.missing),
        "address": "، ".join(part for part in (province, business.city, business.address) if part),
        "postal_code": business.postal_code,
        "said": sentence("postal", step.code),
        "section": section_asking("address", application.requirement.sections),
        "refusals": refusals or [],
    }
    here = reverse("applications:postal", args=[application.reference])
    return live_page(request, "postal", context, running=page.checking, address=here, status=status)
