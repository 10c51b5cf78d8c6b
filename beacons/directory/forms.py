"""What a scheme manager types about people and their roles, in the admin."""

from typing import Any

from django import forms

from beacons.directory.models import Membership, User


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name", "email", "is_active", "is_staff")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class HeldRoleForm(forms.ModelForm):
    """A role that somebody holds or held: it is ended and another given, never turned into another."""

    end_now = forms.BooleanField(required=False, label="End it now")

    class Meta:
        model = Membership
        fields = ("job_title",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.ended_at is not None:
            for field in self.fields.values():
                field.disabled = True
