"""Django form field around a parser of this folder, so that the cleaned value is the stored form."""

from collections.abc import Callable
from typing import Any

from django import forms


class ParsedField(forms.CharField):
    """Text box whose cleaned value is `parse(text)`; an empty optional box gives "".

    Example: `ParsedField(parse=postal_code.parse, label="کد پستی")`.
    """

    def __init__(self, *, parse: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parse = parse

    def to_python(self, value: Any) -> str:
        """Return the parsed text. Raises ValidationError as the parser does."""
        text = super().to_python(value) or ""
        return self.parse(text) if text else ""
