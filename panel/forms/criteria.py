"""The criteria of a round on one page: typed as a whole, checked as a whole, saved as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.forms.utils import ErrorDict

from beacons.core.crispy import Folded, Group, Layout
from beacons.core.forms import HouseForm, dress
from beacons.core.text import is_blank, whole
from beacons.core.widgets import Checkboxes, UnitInput
from beacons.rounds.models import MARKS, Criterion, Round
from beacons.rounds.rules import WEIGHTS
from outcomes.models import Issue

MOST = 20
MOST_CHARACTERS = 600
# A card is named after its row, or is a new one.
KEY = re.compile(r"[0-9]{1,10}|new[0-9]{1,3}")
LEAST = [("0", "None"), *((str(mark), f"{mark} of 5") for mark in MARKS if mark)]
PARTS = ("name", "description", "weight", "least", "place", "remove", "issues")


@dataclass
class Rest:
    """On what a criterion rests: ids of its issues, each with the issue that counts for it."""

    roots: dict[int, int] = field(default_factory=dict)

    def ids(self, ticked: Iterable[int]) -> set[int]:
        """What to keep and what to add: an issue that was merged since stays, where the other is ticked."""
        ticked = set(ticked)
        kept = {issue for issue, root in self.roots.items() if root in ticked}
        return kept | (ticked - {self.roots[issue] for issue in kept})


@dataclass
class Card:
    """One criterion on the page: the row it is, or a new one."""

    key: str
    criterion: Criterion
    rest: Rest

    def part(self, name: str) -> str:
        return f"{self.key}-{name}"

    @property
    def anchors(self) -> list[str]:
        return [self.part(f"anchor{mark}") for mark in MARKS]

    def typed(self, place: int) -> dict[str, Any]:
        """What stands in the boxes before anybody types."""
        words = dict(self.criterion.scale)
        return {
            self.part("name"): self.criterion.name,
            self.part("description"): self.criterion.description,
            self.part("weight"): "" if self.criterion.weight is None else str(self.criterion.weight),
            self.part("least"): str(self.criterion.least),
            self.part("place"): str(place),
            self.part("issues"): [str(root) for root in sorted(set(self.rest.roots.values()))],
            **{name: words.get(mark, "") for mark, name in enumerate(self.anchors)},
        }


class CriteriaForm(HouseForm, forms.Form):
    """A card for each criterion. `rows` names the cards that are on the page, `seen` what they were made from."""

    submit = "Save the criteria"
    buttons = (("check", "Check without saving"), ("add", "Add a criterion"))
    optional_marks = False

    rows = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    find = forms.CharField(
        required=False,
        max_length=100,
        label="Offer more issues, with these words",
        help_text="The issues with most voices are offered for each criterion. To find others, write words of theirs"
        " and press “Check without saving”.",
    )

    def __init__(
        self,
        *args: Any,
        round: Round,
        held: Sequence[Criterion],
        rests: Mapping[int, Rest],
        offered: Sequence[Issue],
        seen: str,
        compares: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.round, self.held, self.rests, self.offered = round, held, rests, offered
        self.compares = compares
        self.cards = self._cards()
        self.fields["rows"].initial = self.rows_now
        self.fields["seen"].initial = seen
        for place, card in enumerate(self.cards, start=1):
            self._add_fields(card, place)

    @property
    def rows_now(self) -> str:
        return ",".join(card.key for card in self.cards)

    def _cards(self) -> list[Card]:
        held = {str(criterion.pk): criterion for criterion in self.held}
        asked = str(self.data.get("rows", "")).split(",") if self.is_bound else list(held)
        keys = [key for key in dict.fromkeys(asked) if KEY.fullmatch(key)]
        return [
            Card(
                key,
                held.get(key) or Criterion(round=self.round, key=Criterion.Key.OWN, weight=None),
                self.rests.get(held[key].pk, Rest()) if key in held else Rest(),
            )
            for key in keys[: MOST * 2]
        ]

    def _add_fields(self, card: Card, place: int) -> None:
        name = card.criterion.name or "the new criterion"
        made: dict[str, forms.Field] = {
            "name": forms.CharField(max_length=120, label="Name", required=False),
            "weight": forms.IntegerField(
                min_value=0, max_value=WEIGHTS, label="Weight", widget=UnitInput("of 100"), required=False
            ),
            "least": forms.ChoiceField(
                choices=LEAST,
                label="Smallest mean mark to be shortlisted",
                required=False,
            ),
            "place": forms.IntegerField(min_value=1, max_value=99, label="Place in the list", required=False),
            "description": forms.CharField(
                label="What it means",
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
            "issues": forms.MultipleChoiceField(
                choices=[(str(issue.pk), short(issue.text)) for issue in self.offered],
                label="Issues of councils on which it rests",
                required=False,
                widget=Checkboxes(small=True, hints={issue.pk: by_line(issue) for issue in self.offered}),
            ),
            "remove": forms.BooleanField(
                required=False,
                label="Take this criterion away",
                help_text="Questions that count for it then count for no criterion."
                if card.criterion.pk
                else "",
            ),
            **{
                f"anchor{mark}": forms.CharField(max_length=300, label=f"What earns {mark}", required=False)
                for mark in MARKS
            },
        }
        standing = card.typed(place)
        for part, box in made.items():
            key = card.part(part)
            box.initial = standing.get(key)
            dress(box, f"{box.label} of {name}")
            box.error_messages["invalid_choice"] = f"{box.label} of {name}: choose from the list"
            if self.compares and part in PARTS[:4]:
                self._compare(key, box, standing[key])
            self.fields[key] = box

    def _compare(self, key: str, box: forms.Field, stands: str) -> None:
        if str(self.data.get(key, "")).strip() != str(stands).strip():
            box.help_text = f"Now saved: {stands or 'nothing'}"

    def layout(self) -> Layout:
        return Layout("rows", "seen", *(self._card(card) for card in self.cards), "find")

    def _card(self, card: Card) -> Group:
        rests, is_new = len(self.ticked(card)), not card.criterion.pk
        return Group(
            card.criterion.name or "A new criterion",
            card.part("name"),
            Div(card.part("weight"), card.part("least"), css_class="app-weigh__pair"),
            card.part("description"),
            Folded("What the marks mean", *card.anchors, is_open=is_new),
            Folded(f"Rests on {rests} issue{'' if rests == 1 else 's'}", card.part("issues"), is_open=is_new),
            Folded("Place, and taking away", card.part("place"), card.part("remove")),
        )

    def unjudged(self) -> CriteriaForm:
        """The same form, whose mistakes are not spoken of yet."""
        self._errors = ErrorDict()
        self.cleaned_data = {}
        return self

    # What is typed, whether or not it is right ----------------------------------------------------------

    def ticked(self, card: Card) -> list[int]:
        said = self[card.part("issues")].value() or []
        return [pk for each in said if (pk := whole(str(each))) is not None]

    def goes(self, card: Card) -> bool:
        return bool(self[card.part("remove")].value())

    @property
    def together(self) -> int:
        """What the weights that were typed come to."""
        said = [self[card.part("weight")].value() for card in self.cards if not self.goes(card)]
        return sum(whole(str(weight).strip()) or 0 for weight in said)

    @property
    def at_a_glance(self) -> list[tuple[str, str, str]]:
        """Each criterion's weight and name as they were typed, and where its weight is changed."""
        return [
            (
                str(self[card.part("weight")].value() or 0),
                self[card.part("name")].value() or "A new criterion",
                self[card.part("weight")].auto_id,
            )
            for card in self.cards
            if not self.goes(card)
        ]

    @property
    def weights_sentence(self) -> str:
        off = WEIGHTS - self.together
        if not off:
            return f"The weights add up to {WEIGHTS}."
        return (
            f"The weights add up to {self.together}. They must add up to {WEIGHTS}:"
            f" {abs(off)} {'missing' if off > 0 else 'too many'}."
        )

    @property
    def rested_on(self) -> dict[int, list[str]]:
        """For each issue that is ticked, the names of the criteria that rest on it."""
        found: dict[int, list[str]] = {}
        for card in self.cards:
            if not self.goes(card):
                for pk in self.ticked(card):
                    found.setdefault(pk, []).append(self[card.part("name")].value() or "A new criterion")
        return found

    # What is right --------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if len([card for card in self.cards if not self.goes(card)]) > MOST:
            self.add_error(None, f"A round has {MOST} criteria at most.")
        for card in self.cards:
            if not cleaned.get(card.part("remove")):
                self._clean_card(card, cleaned)
        return cleaned

    def _clean_card(self, card: Card, cleaned: dict[str, Any]) -> None:
        name = cleaned.get(card.part("name"))
        called = name or card.criterion.name or "the new criterion"
        if name is not None and is_blank(name):
            self.add_error(
                card.part("name"), f"Enter a name for {card.criterion.name or 'the new criterion'}"
            )
        if card.part("weight") not in self.errors and cleaned.get(card.part("weight")) is None:
            self.add_error(card.part("weight"), f"Enter the weight of {called}")
        if len(cleaned.get(card.part("description")) or "") > MOST_CHARACTERS:
            self.add_error(
                card.part("description"),
                f"What it means of {called} must be {MOST_CHARACTERS} characters or fewer",
            )
        words = [cleaned.get(part) or "" for part in card.anchors]
        if any(words):
            for part, said in zip(card.anchors, words, strict=True):
                if not said and part not in self.errors:
                    self.add_error(part, f"Say what earns {part[-1]} for {called}, or leave all six empty")

    def kept(self) -> list[tuple[Criterion, list[Issue]]]:
        """The criteria as they shall be, in their order, each with the issues it rests on."""
        stay = [card for card in self.cards if not self.cleaned_data[card.part("remove")]]
        ids = {
            card.key: card.rest.ids(int(pk) for pk in self.cleaned_data[card.part("issues")]) for card in stay
        }
        issues = Issue.objects.in_bulk(set().union(*ids.values()))
        return [
            (self._criterion(card, position), [issues[pk] for pk in sorted(ids[card.key]) if pk in issues])
            for position, card in enumerate(sorted(stay, key=self._order), start=1)
        ]

    def _order(self, card: Card) -> tuple[int, int]:
        """A card that was given the place of another goes before it, or, where it comes from above, after it."""
        was = self.cards.index(card) + 1
        place = self.cleaned_data[card.part("place")] or was
        return place, (place > was) - (place < was)

    def _criterion(self, card: Card, position: int) -> Criterion:
        said, criterion = self.cleaned_data, card.criterion
        criterion.name = " ".join(said[card.part("name")].split())
        criterion.description = said[card.part("description")]
        criterion.weight = said[card.part("weight")]
        criterion.least = int(said[card.part("least")] or 0)
        criterion.anchors = "\n".join(" ".join(said[part].split()) for part in card.anchors).strip()
        criterion.position = position
        return criterion

    def removed(self) -> list[Criterion]:
        return [
            card.criterion
            for card in self.cards
            if card.criterion.pk and self.cleaned_data[card.part("remove")]
        ]


def short(words: str, most: int = 160) -> str:
    """The beginning of an issue: all of it stands beside the form."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"


def by_line(issue: Any) -> str:
    return f"{issue.authority}; {issue.voices} council{' finds' if issue.voices == 1 else 's find'} this hard"
