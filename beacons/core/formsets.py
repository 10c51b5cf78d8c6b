"""Rows of one parent on one page of the admin."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class HeldField(forms.ModelChoiceField):
    """The hidden id of a row, looked up among the rows that the formset holds: no query for each of them."""

    held: dict[str, Any]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if found := self.held.get(str(value)):
            return found
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class HeldFormSet(forms.BaseInlineFormSet):
    """Rows that are fetched once, however many there are."""

    @cached_property
    def held(self) -> dict[str, Any]:
        return {str(row.pk): row for row in self.get_queryset()}

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        model: Any = self.model
        field = HeldField(model._base_manager.none(), required=False, widget=forms.HiddenInput)
        field.held, field.initial = self.held, form.fields["id"].initial
        form.fields["id"] = field
