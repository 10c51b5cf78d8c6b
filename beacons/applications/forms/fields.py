"""Fields that several forms share."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.models import ModelChoiceIterator

from beacons.applications import rules
from beacons.core import text
from beacons.core.forms import PoundsField
from beacons.directory.models import Authority
from outcomes.models import Outcome


class Named(ModelChoiceIterator):
    """Options from plain rows: there are 540, and an object for each would cost more than the rest of the page."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        field: Any = self.field
        if field.empty_label is not None:
            yield "", field.empty_label
        for pk, name, closed_on in self.queryset.values_list("pk", "official_name", "closed_on"):
            yield pk, offered_as(name, closed_on)


class AuthorityField(forms.ModelChoiceField):
    """Any authority, or those signed up to an outcome; those that are no more say until when they were."""

    iterator = Named

    def __init__(self, signed_up_to: Outcome | None = None, **options: Any) -> None:
        offered = Authority.objects.only("official_name", "closed_on").order_by("official_name", "pk")
        if signed_up_to is not None:
            areas = signed_up_to.sign_ups.values("authority")
            offered = offered.filter(Q(pk__in=areas) | Q(county__in=areas))
        super().__init__(queryset=offered, **{"empty_label": "Choose an authority", **options})

    def label_from_instance(self, authority: Authority) -> str:
        return offered_as(authority.official_name, authority.closed_on)


def offered_as(name: str, closed_on: date | None) -> str:
    return f"{name} (until {closed_on.year})" if closed_on else name


class VisibleText(forms.CharField):
    """A line in which a person can see something: zero-width marks alone are refused."""

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        if self.required and text.is_blank(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return value


def pounds_field(label: str, help_text: str) -> PoundsField:
    return PoundsField(label=label, help_text=help_text, required=False, max_value=rules.MOST_POUNDS)
