"""Fields that several forms share."""

from typing import Any

from django import forms
from django.db.models import Q

from beacons.applications import rules
from beacons.core import text
from beacons.core.forms import PoundsField
from beacons.directory.models import Authority
from outcomes.models import Outcome


class AuthorityField(forms.ModelChoiceField):
    """Any authority, or those signed up to an outcome; those that are no more say until when they were."""

    def __init__(self, signed_up_to: Outcome | None = None, **options: Any) -> None:
        offered = Authority.objects.only("official_name", "closed_on").order_by("official_name", "pk")
        if signed_up_to is not None:
            areas = signed_up_to.sign_ups.values("authority")
            offered = offered.filter(Q(pk__in=areas) | Q(county__in=areas))
        super().__init__(queryset=offered, **{"empty_label": "Choose an authority", **options})

    def label_from_instance(self, authority: Authority) -> str:
        until = f" (until {authority.closed_on.year})" if authority.closed_on else ""
        return f"{authority.official_name}{until}"


class VisibleText(forms.CharField):
    """A line in which a person can see something: zero-width marks alone are refused."""

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        if self.required and text.is_blank(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return value


def pounds_field(label: str, help_text: str) -> PoundsField:
    return PoundsField(label=label, help_text=help_text, required=False, max_value=rules.MOST_POUNDS)
