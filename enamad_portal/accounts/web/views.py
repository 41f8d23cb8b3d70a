"""Sign-in pages: mobile, then code."""

import base64

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from enamad_portal.accounts.models import User
from enamad_portal.accounts.services.sign_in import request_code, sign_in
from enamad_portal.accounts.web.forms import CodeForm, MobileForm
from enamad_portal.kernel import crypto, use_cases
from enamad_portal.kernel.codes import Judgement
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import posted
from enamad_portal.kernel.visitors import source_of

_PENDING = "sign_in_mobile"
_AAD = b"session|sign_in_mobile|"

WHY_NOT = {
    Judgement.WRONG: "کد درست نیست. کد را از آخرین پیامک رونویسی کنید؛ هر کد تا ۵ بار پذیرفته می‌شود.",
    Judgement.EXPIRED: "زمان این کد گذشته است. کد تازه‌ای درخواست کنید.",
    Judgement.SPENT: "این کد دیگر پذیرفته نمی‌شود. کد تازه‌ای درخواست کنید.",
}


def _next(request: HttpRequest) -> str:
    target = request.GET.get("next", "") or request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Asks for the mobile number and sends the code."""
    form = MobileForm(posted(request))
    if request.method == "POST" and form.is_valid():
        mobile = form.cleaned_data["mobile"]
        try:
            use_cases.run(request_code, mobile, source=source_of(request))
        except Refused as refused:
            for refusal in refused.refusals:
                form.add_error("mobile", refusal.message)
        else:
            request.session[_PENDING] = base64.b64encode(crypto.seal(mobile.encode(), aad=_AAD)).decode()
            request.session["sign_in_next"] = _next(request)
            return redirect("accounts:code")
    status = 400 if form.is_bound else 200
    return render(request, "accounts/sign_in.html", {"form": form, "next": _next(request)}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    """Takes the code; a right one starts a fresh session."""
    pending = request.session.get(_PENDING)
    if pending is None:
        return redirect("accounts:sign_in")
    mobile = crypto.unseal(base64.b64decode(pending), aad=_AAD).decode()
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        outcome = use_cases.run(sign_in, mobile, form.cleaned_data["code"])
        if isinstance(outcome, User):
            target = request.session.get("sign_in_next") or resolve_url(settings.LOGIN_REDIRECT_URL)
            login(request, outcome, backend=settings.AUTHENTICATION_BACKENDS[0])
            request.session.pop(_PENDING, None)
            return redirect(target)
        form.add_error("code", WHY_NOT[outcome])
    status = 400 if form.is_bound else 200
    return render(request, "accounts/code.html", {"form": form, "mobile": mobile}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")
