"""Files to be added to an application."""

from typing import Any

from django import forms

from beacons.applications import kinds
from beacons.applications.models import Application
from beacons.core.files.sniffing import IN_WORDS
from beacons.core.forms import HouseForm
from beacons.core.widgets import Radios
from beacons.rounds.models import Question

WHOLE = ("", "The application as a whole")


class FilesInput(forms.FileInput):
    """Chooses several files at once. The page's script is told what is taken, and checks it before anything is sent."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name) if hasattr(files, "getlist") else [files[name]] if name in files else []


class FilesField(forms.Field):
    """The files that came, in their order. What each of them is, is found by `actions.add_files`."""

    widget = FilesInput


class FilesForm(HouseForm, forms.Form):
    """One file or several, and what they are for where the round has questions that ask for files."""

    submit = "Add the files"
    optional_marks = False

    files = FilesField(label="Files to add", error_messages={"required": "Select the files to add"})

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        a_round = application.round
        super().__init__(*args, **kwargs)
        files = self.fields["files"]
        files.help_text = (
            f"{IN_WORDS}, up to {a_round.file_megabytes} MB each. You can choose several at once."
        )
        files.widget.attrs |= {
            "data-largest": a_round.file_megabytes * 1024 * 1024,
            "data-room": max(0, a_round.files_most - len(application.files)),
        }
        if asking := questions(application):
            self.fields["question"] = forms.TypedChoiceField(
                label="What are they for?",
                choices=[WHOLE, *((str(question.pk), str(question)) for question in asking)],
                coerce=lambda pk: next(question for question in asking if str(question.pk) == pk),
                required=False,
                empty_value=None,
                widget=Radios(),
            )
            self.order_fields(["question", "files"])

    @property
    def question(self) -> Question | None:
        return self.cleaned_data.get("question")


def questions(application: Application) -> list[Question]:
    """Those that are asked now and answered with files."""
    items = [item for section in application.sections for item in section.asked]
    return [item.question for item in items if item.question.kind == kinds.FILE]
