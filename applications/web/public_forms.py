"""What visitors may type on the public pages."""

from django import forms

from applications.selectors.register import Shelf
from enamad_portal.kernel.fetch.form_fields import HostField
from enamad_portal.kernel.forms import PortalForm

LONGEST_ADDRESS = 2000
LONGEST_SEARCH = 200
LAST_PAGE = 100_000
_HIDDEN_SIGN = "{} یک نویسهٔ پنهان (تهی) دارد؛ آن را پاک کنید و دوباره بنویسید."


class DomainForm(PortalForm):
    """One box; whatever a buyer copies from the address bar is fine."""

    domain = HostField(
        label="دامنه یا نشانی فروشگاه",
        max_length=LONGEST_ADDRESS,
        help_text="نشانی را از بالای مرورگر کپی کنید؛ فارسی یا لاتین، با http یا بی آن، فرقی ندارد.",
        error_messages={"null_characters_not_allowed": _HIDDEN_SIGN.format("نشانی")},
    )


class RegisterForm(PortalForm):
    """The search of the register, its shelf and page."""

    q = forms.CharField(
        label="نام فروشگاه یا دامنه",
        required=False,
        max_length=LONGEST_SEARCH,
        error_messages={"null_characters_not_allowed": _HIDDEN_SIGN.format("نام")},
    )
    shelf = forms.ChoiceField(
        label="فهرست",
        required=False,
        choices=[(Shelf.VALID, "معتبر"), (Shelf.ENDED, "نامعتبر")],
        widget=forms.HiddenInput,
    )
    page = forms.IntegerField(
        label="شماره صفحه", required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput
    )

    def asked(self) -> tuple[str, Shelf, int]:
        """The search, shelf and page of a valid form."""
        data = self.cleaned_data
        return data["q"], Shelf(data["shelf"] or Shelf.VALID), data["page"] or 1
