"""Pages where the applicant acts on a step: e-mail code, commitment, fee, and a failed step."""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from applications.lifecycle import InvoiceState, State
from applications.models import Application, VerificationStep
from applications.selectors.case import own_application
from applications.services.commit import accept_commitment, text_for, text_hash
from applications.services.pay import invoice_for, payment_of, start_payment, verify_now
from applications.services.verify import answer_code, recheck, resend_code
from applications.verification.steps import STEPS
from applications.verification.words import said, title
from applications.web.access import actor_of, panel_page
from applications.web.live import live_page
from applications.web.paying import leads_to_gateway
from enamad_portal.accounts.web.forms import CodeForm
from enamad_portal.accounts.web.views import WHY_NOT
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.codes import Judgement
from enamad_portal.kernel.errors import Conflict, ProviderDown, Refused
from enamad_portal.kernel.forms import PortalForm, posted
from enamad_portal.kernel.visitors import source_of
from enamad_portal.providers.payment import returned_authority


def _application(request: HttpRequest, reference: str) -> Application:
    return own_application(reference, actor_of(request).account)


def _step(application: Application, key: str) -> VerificationStep:
    step = next((step for step in application.steps.all() if step.key == key), None)
    if step is None:
        raise Http404
    return step


def step_of(request: HttpRequest, reference: str, key: str) -> tuple[Application, VerificationStep]:
    """The applicant's own case and its step as they stand now; 404 without either."""
    application = _application(request, reference)
    return application, _step(application, key)


@require_http_methods(["GET", "POST"])
@panel_page
def email(request: HttpRequest, reference: str) -> HttpResponse:
    """The code that was mailed."""
    application = _application(request, reference)
    step = _step(application, "email")
    form = CodeForm(posted(request))
    form.fields["code"].help_text = "کدی را که به ایمیل شما فرستادیم وارد کنید. کد تا ۲۴ ساعت معتبر است."
    if request.method == "POST" and form.is_valid():
        judgement = use_cases.run(answer_code, reference, "email", form.cleaned_data["code"], actor=actor_of(request))
        if judgement is Judgement.ACCEPTED:
            return redirect("applications:case", reference)
        form.add_error("code", WHY_NOT[judgement])
    context = {"application": application, "step": step, "form": form, "address": application.business.email}
    return render(request, "applications/email.html", context, status=400 if form.is_bound else 200)


@require_POST
@panel_page
def email_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Another code, inside the caps."""
    form = CodeForm()
    try:
        use_cases.run(resend_code, reference, "email", actor=actor_of(request), source=source_of(request))
        return redirect("applications:email", reference)
    except Refused as refused:
        application = _application(request, reference)
        context = {
            "application": application,
            "step": _step(application, "email"),
            "form": form,
            "address": application.business.email,
            "refusals": [refusal.message for refusal in refused.refusals],
        }
        return render(request, "applications/email.html", context, status=409)


@require_http_methods(["GET", "POST"])
@panel_page
def step(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """A failed step without a page of its own: why, and asking again after the cure."""
    application, shown = step_of(request, reference, key)
    if STEPS[key].call:
        return redirect(f"applications:{key}", reference)
    if request.method == "POST":
        try:
            use_cases.run(recheck, reference, key, actor=actor_of(request))
            return redirect("applications:case", reference)
        except Refused as refused:
            message = refused.refusals[0].message
            context = {"application": application, "step": shown, "title": title(key), "said": message}
            return render(request, "applications/step.html", context, status=409)
    context = {"application": application, "step": shown, "title": title(key), "said": said(shown)}
    return render(request, "applications/step.html", context)


class AcceptForm(PortalForm):
    accepted = forms.BooleanField(
        label="متن تعهدنامه را کامل خوانده‌ام و با آگاهی از مفاد آن می‌پذیرم.",
        error_messages={"required": "برای ادامه، تعهدنامه را بخوانید و نشان پذیرش را بزنید."},
    )
    sha256 = forms.CharField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@panel_page
def commitment(request: HttpRequest, reference: str) -> HttpResponse:
    """The numbered clauses and the acceptance."""
    application, _ = step_of(request, reference, "commitment")
    text = text_for(application)
    form = AcceptForm(posted(request), initial={"sha256": text_hash(text)})
    if request.method == "POST" and form.is_valid():
        try:
            use_cases.run(accept_commitment, reference, form.cleaned_data["sha256"], actor=actor_of(request))
            return redirect("applications:case", reference)
        except Conflict:
            form.add_error(None, "متن تعهدنامه در این میان تغییر کرده است؛ آن را دوباره بخوانید و بپذیرید.")
        except Refused as refused:
            form.add_error(None, refused.refusals[0].message)
    context = {"application": application, "text": text, "form": form, "open": application.state == State.COMMITMENT}
    return render(request, "applications/commitment.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@leads_to_gateway
@panel_page
def fee(request: HttpRequest, reference: str) -> HttpResponse:
    """What is owed, and the way to the gateway."""
    application, _ = step_of(request, reference, "fee")
    refusals: list[str] = []
    if request.method == "POST":
        callback = f"{settings.BASE_URL}{reverse('applications:fee_return', args=[reference])}"
        try:
            return redirect(start_payment(reference, callback, actor=actor_of(request)))
        except Refused as refused:
            refusals = [refusal.message for refusal in refused.refusals]
        except ProviderDown:
            refusals = ["درگاه بانک پاسخ نداد و مبلغی کم نشد. چند دقیقه دیگر دوباره پرداخت را بزنید."]
    invoice = invoice_for(application, "fee")
    in_check = {InvoiceState.VERIFYING, InvoiceState.NEEDS_RECONCILIATION}
    checking = invoice is not None and invoice.state in in_check
    context = {
        "application": application,
        "invoice": invoice,
        "refusals": refusals,
        "paid": invoice is not None and invoice.state == InvoiceState.PAID,
        "checking": checking,
        "not_paid": request.GET.get("paid") == "0",
    }
    return live_page(request, "fee", context, running=checking, status=409 if refusals else 200)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def fee_return(request: HttpRequest, reference: str) -> HttpResponse:
    """Back from the gateway, by GET or POST and with or without a session: its words only wake the check (PAY-2)."""
    authority = returned_authority(request.GET) or returned_authority(request.POST)
    payment_id = payment_of(reference, authority or "")
    if payment_id is None:
        raise Http404
    invoice = verify_now(payment_id)
    if invoice == InvoiceState.PAID:
        return redirect("applications:case", reference)
    return redirect(reverse("applications:fee", args=[reference]) + ("?paid=0" if invoice == InvoiceState.OPEN else ""))
