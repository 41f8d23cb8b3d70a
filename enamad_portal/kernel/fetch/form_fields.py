"""The form field of a shop's address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from enamad_portal.kernel.fetch.hosts import CanonicalHost, HostRefused, host_from_typed
from enamad_portal.kernel.forms import LtrInput


class HostField(forms.CharField):
    """A domain in any spelling, or an address copied from the browser; the cleaned value is a CanonicalHost."""

    def __init__(self, **kwargs: Any) -> None:
        widget = LtrInput({"inputmode": "url", "placeholder": "shop.ir", "autocomplete": "off"})
        super().__init__(**{"widget": widget} | kwargs)

    def clean(self, value: Any) -> CanonicalHost | None:
        """Raises ValidationError with the code and sentence of the refused host."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return host_from_typed(typed)
        except HostRefused as refused:
            raise ValidationError(refused.code.sentence, code=refused.code.value) from refused
