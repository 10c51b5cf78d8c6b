"""The figures a bid rests on: official ones are picked, own ones typed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from beacons.applications import rules
from beacons.applications.actions import Overtaken
from beacons.applications.content import figure_fingerprint
from beacons.applications.evidence import official, own
from beacons.applications.evidence.choice import Offer
from beacons.applications.forms.fields import VisibleText
from beacons.applications.models import EvidenceFigure
from beacons.core.crispy import EnterSaves, Layout, Press
from beacons.core.forms import HouseForm
from beacons.core.widgets import Checkboxes, FiguresTable, Radios
from outcomes.models import Indicator

Polarity = Indicator.Polarity
BETTER = [(Polarity.HIGH, "A higher figure"), (Polarity.LOW, "A lower figure"), ("none", "Neither")]


def comment_field() -> forms.CharField:
    return forms.CharField(
        label="What it shows",
        help_text="What should an assessor see in it?",
        required=False,
        max_length=rules.MOST_COMMENT,
        widget=forms.Textarea({"rows": 3}),
    )


class PickForm(HouseForm, forms.Form):
    """Official figures of one authority: as many as there is room for, ticked in one go."""

    submit = "Add the figures ticked"
    optional_marks = False

    def __init__(self, *args: Any, offers: Sequence[tuple[str, Sequence[Offer]]], **kwargs: Any) -> None:
        self.offers = [(f"group_{number}", name, some) for number, (name, some) in enumerate(offers)]
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        return Layout(*(name for name, _, _ in self.offers))

    def shows(self) -> list[Any]:
        """A browser that goes back ticks boxes by their place in the list, and the list may be shorter now."""
        return [offer.indicator.code for _, _, some in self.offers for offer in some]

    @property
    def chosen(self) -> list[Any]:
        """The indicators that were ticked, in the order of the page."""
        ticked = {code for name, _, _ in self.offers for code in self.cleaned_data.get(name, ())}
        return [
            offer.indicator for _, _, some in self.offers for offer in some if offer.indicator.code in ticked
        ]


def pick_form(offers: Sequence[tuple[str, Sequence[Offer]]]) -> type[PickForm]:
    """With a group of boxes for each group of measures."""
    fields = {
        f"group_{number}": forms.MultipleChoiceField(
            label=name,
            required=False,
            choices=[(offer.indicator.code, offer.title) for offer in some],
            widget=Checkboxes(small=True, hints={offer.indicator.code: offer.hint for offer in some}),
            error_messages={
                "invalid_choice": "One of the figures you ticked is no longer to be had. Look through them again."
            },
        )
        for number, (name, some) in enumerate(offers)
    }
    return type("GroupedPickForm", (PickForm,), fields)


class Rows(FiguresTable):
    """As many rows as most figures have."""

    LEAST = 5


class FigureForm(HouseForm, forms.Form):
    """What is typed of a figure that is there already; `seen` is the figure as the form showed it."""

    submit = "Save the figure"
    optional_marks = False

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, figure: EvidenceFigure | None = None, **kwargs: Any) -> None:
        self.figure = figure
        super().__init__(*args, **kwargs)

    def shows(self) -> list[Any]:
        return [figure_fingerprint(self.figure)] if self.figure else []

    def overtaken(self, refusal: Overtaken, figure: EvidenceFigure) -> "FigureForm":
        """The next save is one made in knowledge of the other's."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = figure_fingerprint(figure)
        self.refused(refusal)
        return self


class OfficialForm(FigureForm):
    """With whom an official figure is compared, and what it shows."""

    comparison = forms.ChoiceField(label="Compare it with", widget=Radios(small=True))
    comment = comment_field()

    def __init__(self, *args: Any, figure: EvidenceFigure, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "comparison": figure.comparison,
            "comment": figure.comment,
            "seen": figure_fingerprint(figure),
        }
        super().__init__(*args, figure=figure, **kwargs)
        assert figure.authority is not None
        if offered := official.comparisons(figure.authority):
            self.fields["comparison"].choices = offered  # type: ignore[attr-defined]
        else:
            del self.fields["comparison"]

    def typed(self) -> dict[str, Any]:
        """What `actions.edit_official` takes."""
        told = self.cleaned_data
        return {
            "comparison": told.get("comparison", ""),
            "comment": told["comment"],
        }


class OwnForm(FigureForm):
    """A figure of the council's own: what it is, its rows, and where they come from."""

    title = VisibleText(
        max_length=rules.MOST_TITLE,
        label="What is measured",
        help_text="For example, young people who came back.",
    )
    unit = VisibleText(
        max_length=rules.MOST_UNIT,
        label="Unit",
        help_text="For example %, £, days or families.",
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
    )
    polarity = forms.ChoiceField(label="Which is better?", choices=BETTER, widget=Radios(inline=True))
    rows = forms.CharField(
        label="Figures by period",
        help_text="Two rows or more: years (2024), financial years (2023/24), quarters (Q1 2024) or months (March 2024).",
        required=False,
        max_length=rules.MOST_CHARACTERS,
        widget=Rows(own.HEADINGS, own.MOST_ROWS),
    )
    source = VisibleText(
        max_length=rules.MOST_SOURCE,
        label="Source",
        help_text="Where an assessor could look it up, or who counted it and how.",
    )
    comment = comment_field()

    def __init__(self, *args: Any, today: date, figure: EvidenceFigure | None = None, **kwargs: Any) -> None:
        self.today = today
        if figure is not None:
            kwargs["initial"] = {
                "title": figure.title,
                "unit": figure.unit,
                "polarity": figure.polarity or "none",
                "rows": own.written(figure.own_values),
                "source": figure.source,
                "comment": figure.comment,
                "seen": figure_fingerprint(figure),
            }
        super().__init__(*args, figure=figure, **kwargs)

    def layout(self) -> Layout:
        """The button for one more row stands at its table."""
        names = list(self.fields)
        after = names.index("rows") + 1
        more = Press("row", "id_rows_0_0", "Save and add a row")
        return Layout(EnterSaves(), *names[:after], more, *names[after:])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        rows, faults = own.read(typed.get("rows", ""), typed.get("unit", ""), self.today)
        if "rows" not in self.errors:
            for fault in faults:
                self.add_error("rows", fault)
        typed["read"] = rows
        return typed

    def typed(self) -> dict[str, Any]:
        """What `actions.write_figure` and `edit_own` take."""
        told = self.cleaned_data
        words = {name: told[name] for name in ("title", "unit", "source", "comment")}
        polarity = "" if told["polarity"] == "none" else told["polarity"]
        return {**words, "polarity": polarity, "rows": told["read"]}
