"""Title, summary and lead officer."""

from typing import Any

from django import forms

from beacons.applications import rules
from beacons.applications.actions import Overtaken
from beacons.applications.forms.fields import VisibleText
from beacons.applications.forms.opened import OpenedForm
from beacons.applications.models import Application
from beacons.core.widgets import WordsTextarea

WRITTEN = ("title", "summary", "lead_officer")


class DetailsForm(OpenedForm, forms.Form):
    """Title, public summary and lead officer."""

    submit = "Save and return to the task list"

    title = VisibleText(max_length=120, label="Title of the application", help_text="Up to 120 characters.")
    summary = forms.CharField(
        label="Summary for the public",
        help_text=f"Published if the application wins an award. Up to {rules.SUMMARY_WORDS} words.",
        required=False,
        widget=WordsTextarea(rules.SUMMARY_WORDS),
        max_length=rules.MOST_CHARACTERS,
    )
    lead_officer = forms.CharField(
        max_length=120,
        label="Lead officer",
        help_text="Who answers for the work, with their job.",
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        saved = {name: getattr(application, name) or None for name in WRITTEN}
        kwargs["initial"] = {**saved, "seen": application.details_version}
        super().__init__(*args, **kwargs)
        if application.councillor_id:
            # The councillor leads it, and nobody of the council's officers.
            del self.fields["lead_officer"]

    def shows(self) -> list[Any]:
        return [self.application.details_version]

    def details(self) -> dict[str, Any]:
        """What `actions.save_details` takes. What cannot be kept at all leaves what stands in its place."""
        standing = {name: getattr(self.application, name) for name in WRITTEN}
        written = {name: self.cleaned_data.get(name, standing[name]) for name in WRITTEN}
        return {**written, "seen": self.cleaned_data.get("seen") or 0, "page": self.opened()}

    def overtaken(self, refusal: Overtaken) -> "DetailsForm":
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = refusal.application.details_version
        self.refused(refusal)
        return self
