"""A choice among rows."""

from typing import Any

from django import forms


class RowField(forms.ModelChoiceField):
    """One row by its id; what is no id at all is not there, as any other that is not there."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            words = self.error_messages["invalid_choice"]
            raise forms.ValidationError(words, code="invalid_choice") from None
