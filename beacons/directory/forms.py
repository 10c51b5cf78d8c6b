"""What a scheme manager types about people and their roles, and chooses where a council was divided."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from beacons.core import text
from beacons.core.forms import HouseForm
from beacons.core.widgets import Radios
from beacons.directory.models import Authority, Membership, Role, Succession, User
from beacons.directory.rules.authorities import reasons_against_domains
from beacons.directory.rules.colleagues import in_list
from beacons.directory.rules.successions import reasons_not_to_enter

NEW_PASSWORD = (
    "At least 12 characters. Three words that only you would put together are better than a short puzzle."  # noqa: S105
)
# What stands in no name, but in addresses, links and markup.
NO_NAME = re.compile(r"[<>@:/\\]")


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


class MailDomainsForm(forms.ModelForm):
    """Whose addresses are a council's officers'."""

    class Meta:
        model = Authority
        fields = ("mail_domains",)

    def clean_mail_domains(self) -> str:
        domains = self.cleaned_data["mail_domains"].lower().replace(",", " ").replace("@", " ").split()
        if reasons := reasons_against_domains(domains):
            raise forms.ValidationError(reasons)
        return " ".join(dict.fromkeys(domains))


class InviteForm(HouseForm, forms.Form):
    """An address, and as what. Only a certifier, or a scheme manager, is offered to invite certifiers."""

    submit = "Send the invitation"

    email = forms.EmailField(label="Your colleague’s email address", max_length=254)
    role = forms.ChoiceField(
        label="What will they do?",
        choices=[
            (Role.DRAFTER, "Write: an officer"),
            (Role.CERTIFIER, "Write and certify: chief executive, finance director or leader"),
        ],
        widget=Radios(),
    )

    def __init__(self, *args: Any, authority: Authority, roles: Sequence[str], **kwargs: Any) -> None:
        hint = "The link in the letter works for this address alone."
        if authority.domains:
            hint = f"It must end in {in_list(authority.domains)}. {hint}"
        self.hints = {"email": hint}
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        if len(roles) == 1:
            role.widget, role.initial = forms.HiddenInput(), roles[0]
        role.choices = [choice for choice in role.choices if choice[0] in roles]


class AcceptForm(HouseForm, forms.Form):
    """For somebody who is signed in."""

    submit = "Accept the invitation"

    job_title = forms.CharField(label="Your job", max_length=120, required=False)


class JoinForm(AcceptForm):
    """For somebody who has no password here yet."""

    submit = "Accept and go on"

    name = forms.CharField(label="Your name", max_length=120)
    password1 = forms.CharField(
        label="Choose a password",
        help_text=NEW_PASSWORD,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="The password once more",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    field_order = ("name", "job_title", "password1", "password2")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        self.email = email
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        """It stands in letters to colleagues: in one line, and no address or link."""
        name = " ".join(text.clean(self.cleaned_data["name"]).split())
        if text.is_blank(name) or NO_NAME.search(name):
            raise forms.ValidationError("Write your name as your colleagues know it")
        return name

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, second = typed.get("password1"), typed.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords are not the same")
        if first:
            try:
                validate_password(first, User(email=self.email, name=typed.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return typed


class RemoveForm(HouseForm, forms.Form):
    """Nothing to fill in: what follows is said above it."""


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
