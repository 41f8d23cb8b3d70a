"""Sign-in pages of staff: password, then code; whoever has no second factor yet sets it up first."""

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from enamad_portal.accounts import second_factor
from enamad_portal.accounts.models import User
from enamad_portal.accounts.services import staff_sign_in
from enamad_portal.accounts.web import staff_session
from enamad_portal.accounts.web.staff_forms import PasswordForm, SecondFactorForm
from enamad_portal.kernel import crypto, use_cases
from enamad_portal.kernel.forms import posted
from enamad_portal.kernel.visitors import address_of

NOT_TAKEN = (
    "نام کاربری یا گذرواژه پذیرفته نشد. هر دو را بررسی کنید؛ پس از ۵ تلاش نادرست، تا ۱۵ دقیقه هیچ تلاشی بررسی نمی‌شود."
)
CODE_NOT_TAKEN = (
    "کد پذیرفته نشد. کد تازه‌ای را که برنامه رمزساز همین حالا نشان می‌دهد وارد کنید؛ هر کد یک بار پذیرفته می‌شود "
    "و پس از ۵ تلاش نادرست باید ۱۵ دقیقه صبر کنید."
)
_SECRET, _AAD = "staff_new_secret", b"session|staff_new_secret|"


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: a page of this host, else the desk (AUTH-5)."""
    target = request.POST.get("next", "") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and target.startswith(reverse("admin:index")) else reverse("admin:index")


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def password_page(request: HttpRequest) -> HttpResponse:
    """User name and password; a right pair leads to the second factor and opens nothing by itself."""
    if request.method == "GET" and staff_session.is_open(request):
        return redirect(_next(request))
    form = PasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["username"], form.cleaned_data["password"]
        user = staff_sign_in.password_matches(name, password, source=address_of(request))
        if user is not None:
            staff_session.await_second_factor(request, user, _next(request))
            return redirect("admin:second_factor" if second_factor.is_enrolled(user) else "admin:enrol")
        form.add_error(None, NOT_TAKEN)
    return _page(request, "sign_in", form, next=_next(request))


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator app, or one recovery code."""
    user = staff_session.awaited(request)
    if user is None:
        return redirect("admin:login")
    if not second_factor.is_enrolled(user):
        return redirect("admin:enrol")
    form = SecondFactorForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if staff_sign_in.code_matches(user, form.cleaned_data["code"], source=address_of(request)):
            return _enter(request, user)
        form.add_error("code", CODE_NOT_TAKEN)
    return _page(request, "second_factor", form)


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def enrol_page(request: HttpRequest) -> HttpResponse:
    """Sets up the second factor after the first right password; the first code proves that it works."""
    user = staff_session.awaited(request)
    if user is None:
        return redirect("admin:login")
    if second_factor.is_enrolled(user):
        return redirect("admin:second_factor")
    secret = _new_secret(request)
    form = SecondFactorForm(posted(request))
    if request.method == "POST" and form.is_valid():
        recovery = use_cases.run(staff_sign_in.enrol, user, secret, form.cleaned_data["code"])
        if recovery:
            target = staff_session.target_of(request)
            staff_session.open_for(request, user)
            return render(request, "admin/staff/recovery_codes.html", {"codes": recovery, "next": target})
        form.add_error("code", CODE_NOT_TAKEN)
    drawing = mark_safe(second_factor.drawing(user, secret))  # noqa: S308 - drawn here, from our own text
    grouped = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return _page(request, "enrol", form, drawing=drawing, secret=grouped)


def _new_secret(request: HttpRequest) -> str:
    """The secret offered in this session: the same on every reload until a code proves it."""
    if sealed := request.session.get(_SECRET):
        return crypto.unseal(base64.b64decode(sealed), aad=_AAD).decode()
    secret = second_factor.new_secret()
    request.session[_SECRET] = base64.b64encode(crypto.seal(secret.encode(), aad=_AAD)).decode()
    return secret


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    target = staff_session.target_of(request)
    staff_session.open_for(request, user)
    messages.success(request, "خوش آمدید. پس از ۲۰ دقیقه بی‌کاری یا ۸ ساعت، دوباره وارد می‌شوید.")
    return redirect(target or "admin:index")


def _page(request: HttpRequest, name: str, form: PasswordForm | SecondFactorForm, **more: object) -> HttpResponse:
    status = 400 if form.is_bound else 200
    return render(request, f"admin/staff/{name}.html", {"form": form, **more}, status=status)
