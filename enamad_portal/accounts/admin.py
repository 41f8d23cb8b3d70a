"""Accounts of staff, and the kernel's own tables: records to read, calendar and organisation to keep up."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from enamad_portal.accounts import second_factor
from enamad_portal.accounts.models import User
from enamad_portal.accounts.services import staff_accounts
from enamad_portal.accounts.web.staff_forms import NewPasswordForm, NewStaffForm, PersonForm, RolesForm
from enamad_portal.kernel import admin_tables, letter_admin, use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.admin import ReadOnlyAdmin, actor_of, tell
from enamad_portal.kernel.errors import DomainError, Refused
from enamad_portal.kernel.forms import posted

__all__ = ["StaffAccountAdmin", "admin_tables", "letter_admin"]


@admin.register(User)
class StaffAccountAdmin(ReadOnlyAdmin):
    """Staff only; applicants' accounts are nobody's to look through."""

    list_display = ("username", "role_names", "is_active", "has_second_factor", "person_known")
    list_filter = ["is_active"]
    search_fields = ("username",)
    ordering = ("username",)
    change_list_template = "admin/staff/accounts.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(is_staff=True).prefetch_related("grants", "authenticator_set")

    @admin.display(description="نقش‌ها")
    def role_names(self, user: User) -> str:
        return "، ".join(Role(grant.role).label for grant in user.grants.all())

    @admin.display(description="رمز دوم", boolean=True)
    def has_second_factor(self, user: Any) -> bool:
        return any(device.type == "totp" for device in user.authenticator_set.all())

    @admin.display(description="کد ملی", boolean=True)
    def person_known(self, user: User) -> bool:
        return user.national_code_key is not None

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("new/", guard(self.new_page), name="accounts_user_new"),
            path("<int:pk>/change/", guard(self.account_page), name="accounts_user_change"),
            path("<int:pk>/<slug:act>/", guard(self.act), name="accounts_user_act"),
            *(url for url in super().get_urls() if url.name == "accounts_user_changelist"),
        ]

    def new_page(self, request: HttpRequest) -> HttpResponse:
        """A new member of staff."""
        self._administrators_only(request)
        form = NewStaffForm(posted(request))
        if request.method == "POST" and form.is_valid():
            roles = frozenset(Role(value) for value in form.cleaned_data["roles"])
            name, password = form.cleaned_data["username"], form.cleaned_data["password"]
            code = form.cleaned_data["national_code"]
            if User.objects.filter(username=name).exists():
                form.add_error("username", "این نام کاربری پیش‌تر داده شده است؛ نام دیگری برگزینید.")
            else:
                try:
                    user = use_cases.run(
                        staff_accounts.open_account,
                        name,
                        password,
                        roles,
                        national_code=code,
                        actor=actor_of(request),
                    )
                    messages.success(request, "حساب ساخته شد؛ رمز دوم در نخستین ورود راه‌اندازی می‌شود.")
                    return redirect("admin:accounts_user_change", user.pk)
                except ValidationError as weak:
                    form.add_error("password", weak)
                except Refused as taken:
                    form.add_error("national_code", taken.refusals[0].message)
        context = {"form": form, "title": "کارمند تازه"}
        return self._page(request, "admin/staff/new_account.html", context, 400 if form.errors else 200)

    def account_page(
        self, request: HttpRequest, pk: int, bad: RolesForm | NewPasswordForm | PersonForm | None = None
    ) -> HttpResponse:
        """One account: roles, state, second factor, password; each with its own button. `bad` is what was refused."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = self._account(pk)
        context = {
            "account": user,
            "roles_form": bad if isinstance(bad, RolesForm) else RolesForm(initial={"roles": sorted(user.roles)}),
            "password_form": bad if isinstance(bad, NewPasswordForm) else NewPasswordForm(),
            "person_form": bad if isinstance(bad, PersonForm) else PersonForm(),
            "bad_form": bad,
            "enrolled": second_factor.is_enrolled(user),
            "own": user.pk == request.user.pk,
            "title": f"حساب {user}",
        }
        return self._page(request, "admin/staff/account.html", context, 400 if bad else 200)

    def act(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """One POST, one use case."""
        self._administrators_only(request)
        if request.method != "POST":
            raise Http404
        user, actor = self._account(pk), actor_of(request)
        try:
            if act == "roles":
                return self._set_roles(request, user)
            if act in {"close", "reopen"}:
                use_cases.run(staff_accounts.set_active, user.pk, active=act == "reopen", actor=actor)
            elif act == "second-factor":
                use_cases.run(staff_accounts.reset_second_factor, user.pk, actor=actor)
            elif act == "password":
                return self._set_password(request, user)
            elif act == "person":
                return self._set_person(request, user)
            else:
                raise Http404
            messages.success(request, "ثبت شد.")
        except DomainError as error:
            tell(request, error)
        return redirect("admin:accounts_user_change", user.pk)

    def _set_roles(self, request: HttpRequest, user: User) -> HttpResponse:
        form = RolesForm(request.POST)
        if form.is_valid():
            roles = frozenset(Role(value) for value in form.cleaned_data["roles"])
            use_cases.run(staff_accounts.set_roles, user.pk, roles, actor=actor_of(request))
            messages.success(request, "نقش‌ها ثبت شد.")
            return redirect("admin:accounts_user_change", user.pk)
        return self.account_page(request, user.pk, bad=form)

    def _set_password(self, request: HttpRequest, user: User) -> HttpResponse:
        form = NewPasswordForm(request.POST)
        if form.is_valid():
            try:
                password = form.cleaned_data["password"]
                use_cases.run(staff_accounts.set_password, user.pk, password, actor=actor_of(request))
                messages.success(request, "گذرواژه تازه ثبت شد و نشست‌های باز این حساب پایان یافت.")
                return redirect("admin:accounts_user_change", user.pk)
            except ValidationError as weak:
                form.add_error("password", weak)
        return self.account_page(request, user.pk, bad=form)

    def _set_person(self, request: HttpRequest, user: User) -> HttpResponse:
        form = PersonForm(request.POST)
        if form.is_valid():
            code = form.cleaned_data["national_code"]
            use_cases.run(staff_accounts.set_person, user.pk, code, actor=actor_of(request))
            messages.success(request, "کد ملی کارمند ثبت شد.")
            return redirect("admin:accounts_user_change", user.pk)
        return self.account_page(request, user.pk, bad=form)

    def _administrators_only(self, request: HttpRequest) -> None:
        if not request.user.has_perm("accounts.change_user"):
            raise PermissionDenied

    def _account(self, pk: int) -> User:
        user = User.objects.filter(pk=pk, is_staff=True).first()
        if user is None:
            raise Http404
        return user

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
        frame = self.admin_site.each_context(request)
        back = reverse("admin:accounts_user_changelist")
        return render(request, template, frame | {"back": back} | context, status=status)
