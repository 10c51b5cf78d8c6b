"""What a scheme manager types about people and their roles, and chooses where a council was divided."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beacons.core.forms import HouseForm
from beacons.directory.models import Authority, Membership, Succession, User
from beacons.directory.rules.successions import reasons_not_to_enter


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


class ShareOutForm(HouseForm, forms.Form):
    """For each thing of a divided council, which successor it passes to, or none yet."""

    submit = "Pass them on"
    optional_marks = False

    def __init__(
        self,
        *args: Any,
        waiting: Sequence[tuple[str, int, str, str]],
        heirs: Sequence[Authority],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", "Leave it for now"), *((heir.pk, heir.name) for heir in heirs)]
        self.things = {f"{kind}-{pk}": (kind, pk) for kind, pk, _, _ in waiting}
        grouped: dict[str, list[str]] = {}
        for kind, pk, plural, words in waiting:
            name = f"{kind}-{pk}"
            self.fields[name] = forms.TypedChoiceField(
                label=words, choices=offered, coerce=int, empty_value=None, required=False
            )
            grouped.setdefault(plural, []).append(name)
        self.groups = tuple(grouped.items())

    def choices(self) -> dict[tuple[str, int], int]:
        """{(kind, id): successor's id}, for those that were chosen."""
        return {thing: to for name, thing in self.things.items() if (to := self.cleaned_data[name])}


class SuccessionForm(forms.ModelForm):
    """Which authority becomes part of which other, and when."""

    class Meta:
        model = Succession
        fields = ("authority", "successor", "took_over_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "took_over_on" in self.fields:
            self.fields["took_over_on"].required = True
            self.fields[
                "took_over_on"
            ].help_text = "The first day without the old authority, at its beginning."

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        former = typed.get("authority") or getattr(self.instance, "authority", None)
        successor, day = typed.get("successor"), typed.get("took_over_on")
        if former and successor and day:
            known = self.instance if self.instance.pk else None
            for reason in reasons_not_to_enter(former, successor, day, known=known):
                self.add_error(None, reason)
        return typed
