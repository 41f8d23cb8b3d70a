"""The domain page: a tab per method with the exact line to paste, a code by e-mail, and what we looked for and saw."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from applications.models.choices import DomainMethod
from applications.selectors.domain import DomainPage, domain_page
from applications.services.domain import answer_domain_code, check_domain, send_domain_code, show_domain_tokens
from applications.verification.facts import DomainProof
from applications.verification.steps.domain_control import META_NAME
from applications.web.access import actor_of, panel_page
from applications.web.live import live_page
from applications.web.verification import step_of
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.codes import Judgement, Style, typed
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import LtrInput, PortalForm
from enamad_portal.kernel.visitors import source_of

_TABS = {
    DomainMethod.META: "متاتگ",
    DomainMethod.FILE: "فایل",
    DomainMethod.DNS: "رکورد TXT",
    DomainMethod.TITLE: "عنوان صفحه",
    DomainMethod.EMAIL: "ایمیل دامنه",
}
WHY_NOT = {
    Judgement.WRONG: "این کد درست نیست. آخرین کد صندوق دامنه را رونوشت کنید؛ هر کد تا ۵ بار پذیرفته می‌شود.",
    Judgement.EXPIRED: "زمان این کد گذشته است. کد تازه‌ای بفرستید.",
    Judgement.SPENT: "این کد دیگر پذیرفته نمی‌شود. کد تازه‌ای بفرستید.",
}


class MailboxForm(PortalForm):
    """Which mailbox of the domain the code goes to."""

    mailbox = forms.ChoiceField(
        label="کد به کدام صندوق برود؟",
        widget=forms.RadioSelect,
        help_text="فقط این شش صندوق پذیرفته است، چون کسی جز گرداننده دامنه آنها را ندارد.",
    )

    def __init__(self, mailboxes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mailbox"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, format_html('<bdi class="ltr">{}</bdi>', address)) for name, address in mailboxes]


class DomainCodeForm(PortalForm):
    code = forms.CharField(
        label="کد ایمیل دامنه",
        help_text="۳۲ نویسه؛ آن را از نامه رونوشت کنید.",
        max_length=80,
        widget=LtrInput({"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = typed(self.cleaned_data["code"], Style.TOKEN)
        if len(code) != 32:
            raise ValidationError("کد باید ۳۲ نویسه باشد؛ آن را کامل از نامه رونوشت کنید.", code="code_shape")
        return code


def lines_to_paste(domain: str, proof: DomainProof) -> list[tuple[str, str]]:
    """The exact lines of one method, each with what it is."""
    match proof.method:
        case DomainMethod.META:
            return [("این خط را درون head صفحه اصلی بگذارید", f'<meta name="{META_NAME}" content="{proof.token}">')]
        case DomainMethod.FILE:
            address = f"https://{domain}/.well-known/enamad-challenge/{proof.challenge_id}.txt"
            return [("فایلی در این نشانی بسازید", address), ("در فایل فقط این کد را بنویسید", proof.token)]
        case DomainMethod.DNS:
            return [("نام رکورد TXT", f"_enamad-challenge.{domain}"), ("مقدار رکورد", proof.token)]
        case _:
            return [("این کد را در عنوان (title) صفحه اصلی بگذارید", proof.token)]


@require_http_methods(["GET", "POST"])
@panel_page
def domain(request: HttpRequest, reference: str) -> HttpResponse:
    """A look at the site by the chosen method."""
    if request.method != "POST":
        return _page(request, reference, request.GET.get("method", ""))
    method = request.POST.get("method", "")
    try:
        use_cases.run(check_domain, reference, method, actor=actor_of(request))
    except Refused as refused:
        return _page(request, reference, method, refused=refused)
    return redirect(f"{reverse('applications:domain', args=[reference])}?method={method}")


@require_POST
@panel_page
def domain_mail(request: HttpRequest, reference: str) -> HttpResponse:
    """«فرستادن کد» to a mailbox of the domain, inside the caps."""
    form = MailboxForm(_domain_page(request, reference).mailboxes, request.POST)
    if not form.is_valid():
        return _page(request, reference, DomainMethod.EMAIL, mailbox_form=form)
    mailbox = form.cleaned_data["mailbox"]
    try:
        use_cases.run(send_domain_code, reference, mailbox, actor=actor_of(request), source=source_of(request))
    except Refused as refused:
        return _page(request, reference, DomainMethod.EMAIL, refused=refused)
    return redirect(f"{reverse('applications:domain', args=[reference])}?method={DomainMethod.EMAIL}")


@require_POST
@panel_page
def domain_code(request: HttpRequest, reference: str) -> HttpResponse:
    """The code that came to the mailbox."""
    form = DomainCodeForm(request.POST)
    if form.is_valid():
        judgement = use_cases.run(answer_domain_code, reference, form.cleaned_data["code"], actor=actor_of(request))
        if judgement is Judgement.ACCEPTED:
            return redirect("applications:domain", reference)
        form.add_error("code", WHY_NOT[judgement])
    return _page(request, reference, DomainMethod.EMAIL, code_form=form)


def _domain_page(request: HttpRequest, reference: str) -> DomainPage:
    return domain_page(*step_of(request, reference, "domain"))


def _page(
    request: HttpRequest,
    reference: str,
    method: str,
    *,
    refused: Refused | None = None,
    mailbox_form: MailboxForm | None = None,
    code_form: DomainCodeForm | None = None,
) -> HttpResponse:
    page = _domain_page(request, reference)
    method = method or next(iter(page.offered), "")
    if method and method not in page.offered and not refused:
        raise Http404
    proofs = use_cases.run(show_domain_tokens, reference, actor=actor_of(request))
    here = reverse("applications:domain", args=[reference])
    tabs = [{"label": _TABS[one], "href": f"{here}?method={one}", "current": one == method} for one in page.offered]
    context = {
        "application": page.application,
        "page": page,
        "method": method,
        "tabs": tabs,
        "lines": lines_to_paste(page.application.domain, proofs[DomainMethod(method)]) if method in proofs else [],
        "refusals": [one.message for one in refused.refusals] if refused else [],
        "mailbox_form": mailbox_form or MailboxForm(page.mailboxes),
        "code_form": code_form or DomainCodeForm(),
        "form": mailbox_form or code_form,
    }
    status = 409 if refused else 400 if mailbox_form or code_form else 200
    return live_page(request, "domain", context, running=page.running, address=here, status=status)
