"""What holders, councils that come, and the office type here."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms

from beacons.core.forms import HouseForm, PoundsField, WordsField
from beacons.core.widgets import Radios
from beacons.directory.models import Authority
from grants.dissemination import timetable
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.dissemination.rules import MAY_BEGIN_AS, MOST_PLACES
from grants.dissemination.statuses import ADOPTION, AdoptionStatus

STEPS = {
    "plan": ("We plan to do it", "It has been agreed, with a date or a budget."),
    "change": ("We have changed what we do", "Other councils will see your council’s name."),
    "move_figures": ("Our figures have moved", "The change shows in what you measure."),
    "give_up": ("We have given it up", "What you learned helps the next council."),
}
BEGINNINGS = {
    AdoptionStatus.CONSIDERING: ("We are considering it", ""),
    AdoptionStatus.PLANNED: ("We plan to do it", STEPS["plan"][1]),
    AdoptionStatus.CHANGED: ("We have changed what we do", STEPS["change"][1]),
}


class ActivityForm(HouseForm, forms.ModelForm):
    """An activity as its host thinks of it: a day, and the times on the clock in the hall."""

    submit = "Plan the event and invite the cohort"
    groups = (
        ("What", ["kind", "title", "description"]),
        ("When and where", ["day", "begins", "ends", "last_day", "place", "places"]),
    )

    description = WordsField(
        words=300,
        label="What will be shown, and for whom",
        help_text="Who should come, and what will they see?",
    )
    day = forms.DateField(label="Date")
    begins = forms.TimeField(label="Begins at", help_text="For example, 10am or 13:30.")
    ends = forms.TimeField(label="Ends at")
    last_day = forms.DateField(
        label="Last date",
        required=False,
        help_text="Only if it goes on for more than one day, as a secondment does.",
    )
    places = forms.IntegerField(label="Places for people", min_value=1, max_value=MOST_PLACES)

    class Meta:
        model = Activity
        fields = ["kind", "title", "description", "place", "places"]
        labels = {"kind": "Kind of event", "title": "Name of the event", "place": "Place"}
        widgets = {"place": forms.TextInput}
        help_texts = {"place": "Building, street, town and postcode, or the address of an online meeting."}

    def __init__(self, *args: Any, cancel: str = "", **kwargs: Any) -> None:
        self.cancel = cancel
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        first, last = typed.get("day"), typed.get("last_day") or typed.get("day")
        begins, ends = typed.get("begins"), typed.get("ends")
        if first and last and last < first:
            self.add_error("last_day", "Last date must not come before the date it begins")
        elif first and last and begins and ends:
            typed["starts_at"] = timetable.in_london(first, begins)
            typed["ends_at"] = timetable.in_london(last, ends)
            if typed["ends_at"] <= typed["starts_at"]:
                self.add_error("ends", "Ends at must be later than the time it begins")
        return typed

    def facts(self) -> dict[str, Any]:
        """What the verb needs."""
        names = ("kind", "title", "description", "place", "places", "starts_at", "ends_at")
        return {name: self.cleaned_data[name] for name in names}

    def _post_clean(self) -> None:
        """The instance is made by the verb; here it would be half an activity."""


class CouncilForm(HouseForm, forms.Form):
    """Asks which council, if the person acts for more than one."""

    authority = forms.ChoiceField(label="Your council", widget=Radios())

    def __init__(self, *args: Any, authorities: Iterable[Authority], cancel: str = "", **kwargs: Any) -> None:
        self.authorities = {str(authority.pk): authority for authority in authorities}
        self.cancel = cancel
        super().__init__(*args, **kwargs)
        if len(self.authorities) > 1:
            council = cast(forms.ChoiceField, self.fields["authority"])
            council.choices = [(pk, str(authority)) for pk, authority in self.authorities.items()]
        else:
            del self.fields["authority"]

    @property
    def council(self) -> Authority:
        chosen = self.cleaned_data.get("authority") or next(iter(self.authorities))
        return self.authorities[chosen]


class BookingForm(CouncilForm):
    submit = "Book"

    people = forms.IntegerField(
        label="How many people will come?",
        min_value=1,
        max_value=MOST_PLACES,
        initial=1,
        help_text="From your council.",
    )


class AttendanceForm(HouseForm, forms.Form):
    """How many people came, a number for each booking (`attendance_form` adds them), and a note."""

    submit = "Record who came"
    optional_marks = False
    bookings: Mapping[str, int] = {}

    note = WordsField(
        words=200,
        label="What went well, and what did not?",
        help_text="For you and the scheme’s office. Leave it empty if there is nothing to say.",
        required=False,
    )

    def __init__(self, *args: Any, cancel: str = "", **kwargs: Any) -> None:
        self.cancel = cancel
        if self.bookings:
            self.groups = (("How many people came? Enter 0 if nobody did", list(self.bookings)),)
        super().__init__(*args, **kwargs)

    def came(self) -> dict[int, int]:
        return {pk: self.cleaned_data[name] for name, pk in self.bookings.items()}


def attendance_form(bookings: Iterable[Booking]) -> type[AttendanceForm]:
    """The form for these bookings."""
    fields: dict[str, Any] = {}
    for booking in bookings:
        fields[f"came-{booking.pk}"] = forms.IntegerField(
            label=str(booking.authority),
            help_text=f"{booking.people} booked",
            min_value=0,
            max_value=MOST_PLACES,
            error_messages={
                "required": f"Enter how many people came from {booking.authority}, 0 if nobody did",
                "invalid": f"The number of people from {booking.authority} must be a whole number, like 2",
            },
        )
    names = {name: int(name.removeprefix("came-")) for name in fields}
    return type("BookedAttendanceForm", (AttendanceForm,), {**fields, "bookings": names})


class ChangeForm(HouseForm, forms.Form):
    submit = "Save"

    text = WordsField(
        words=200,
        label="What will your council change?",
        help_text="A sentence will do. If nothing, say why: that helps the host too. The host and the scheme’s office"
        " read it; the public sees only how many councils will change something.",
    )

    def __init__(self, *args: Any, cancel: str = "", **kwargs: Any) -> None:
        self.cancel = cancel
        super().__init__(*args, **kwargs)


TELLS_OF_BID = "Say in the library that it comes from an application that did not win an award"


class OfferForm(HouseForm, forms.Form):
    """One question: is the application mentioned?"""

    submit = "Make the entry"

    tells_of_bid = forms.BooleanField(
        label=TELLS_OF_BID,
        required=False,
        help_text="Left empty, the library says nothing about your application. You can change this later.",
    )

    def __init__(self, *args: Any, cancel: str = "", **kwargs: Any) -> None:
        self.cancel = cancel
        super().__init__(*args, **kwargs)


class PracticeForm(HouseForm, forms.ModelForm):
    """An entry of the library. Only title and problem are needed to begin; review asks for the rest."""

    submit = "Save"

    problem = WordsField(
        words=300, label="The problem", help_text="What was wrong, for whom, and how you knew."
    )
    done = WordsField(
        words=500, label="What was done", help_text="Who did what, in what order.", required=False
    )
    cost = PoundsField(
        label="Cost",
        help_text="To set it up and run it for a year, in whole pounds.",
        required=False,
        max_value=10**9,
    )
    result = WordsField(
        words=300,
        label="The result",
        help_text="With figures: before, after, and over what time.",
        required=False,
    )
    conditions = WordsField(
        words=300,
        label="What others need for it to work",
        help_text="People, partners, money, powers.",
        required=False,
    )
    lessons = WordsField(
        words=300, label="Lessons, failures too", help_text="What would you do differently?", required=False
    )

    class Meta:
        model = Practice
        fields = [
            "title",
            "problem",
            "done",
            "cost",
            "result",
            "conditions",
            "lessons",
            "contact",
            "tells_of_bid",
        ]
        labels = {
            "title": "Title",
            "contact": "Contact for other councils",
            "tells_of_bid": TELLS_OF_BID,
        }
        help_texts = {
            "title": "What it does, in a few words.",
            "contact": "An email address. People who are signed in see it; the public does not.",
        }

    def __init__(self, *args: Any, cancel: str = "", **kwargs: Any) -> None:
        self.cancel = cancel
        super().__init__(*args, **kwargs)
        if self.instance.application_id is None:
            del self.fields["tells_of_bid"]

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}

    def _post_clean(self) -> None:
        """The verb changes the row, and keeps what it said before; the form's copy stays as it was."""


class ReviewDateForm(HouseForm, forms.Form):
    """Until when an entry may stand before somebody looks at it again."""

    review_on = forms.DateField(
        label="When must it be reviewed?",
        help_text="Within three years. On that day its author is asked if it still holds.",
    )

    def __init__(self, *args: Any, submit: str, cancel: str, **kwargs: Any) -> None:
        self.submit, self.cancel = submit, cancel
        super().__init__(*args, **kwargs)


def note_field() -> forms.Field:
    return WordsField(
        words=150,
        label="In a sentence or two: what are you doing, or what did you learn?",
        help_text="The council it comes from and the scheme’s office read it.",
    )


class AdoptForm(CouncilForm):
    submit = "Record it"

    status = forms.ChoiceField(
        label="How far have you come?",
        choices=[(status, BEGINNINGS[status][0]) for status in MAY_BEGIN_AS],
        widget=Radios(hints={status: BEGINNINGS[status][1] for status in MAY_BEGIN_AS}),
    )
    note = note_field()


class MoveForm(HouseForm, forms.Form):
    submit = "Save"

    step = forms.ChoiceField(label="How far have you come?")
    note = note_field()

    def __init__(self, *args: Any, adoption: Adoption, cancel: str = "", **kwargs: Any) -> None:
        self.cancel = cancel
        possible = [step for step in STEPS if ADOPTION.may(adoption, step)]
        super().__init__(*args, **kwargs)
        step = cast(forms.ChoiceField, self.fields["step"])
        step.widget = Radios(hints={name: STEPS[name][1] for name in possible})
        step.choices = [(name, STEPS[name][0]) for name in possible]
