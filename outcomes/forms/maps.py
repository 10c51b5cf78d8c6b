"""Which map somebody wants to see, and which councils in the list beside it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms

from beacons.core.forms import FilterForm
from beacons.core.hexmaps import Mark
from beacons.directory.maps import Line
from beacons.directory.models import Hex

EVERY = ("", "All")


class MapForm(FilterForm):
    """By GET. What somebody typed into an address and is no choice counts as not chosen."""

    submit = "Show the map"

    layout = forms.ChoiceField(label="Councils of", required=False)
    colour = forms.ChoiceField(label="Coloured by", required=False)
    region = forms.ChoiceField(label="Region in the list", required=False)

    # The key of the map leads to a list of the councils of one mark.
    mark: Mark | None = None

    def __init__(self, asked: Mapping[str, str], *, colours: Collection[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.asked = asked
        layouts = [(Hex.Layout.TODAY.value, "Today"), (Hex.Layout.APRIL_2009.value, "April 2009")]
        self.choose("layout", layouts)
        self.choose("colour", list(colours))
        if not colours:
            del self.fields["colour"]

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
        asked = self.asked.get(name, "")
        self.initial[name] = asked if asked in dict(choices) else (choices[0][0] if choices else "")

    @property
    def layout_chosen(self) -> str:
        return self.initial["layout"]

    @property
    def colour_chosen(self) -> str:
        return self.initial["colour"]

    def listed(self, lines: list[Line], marks: Iterable[Mark]) -> list[Line]:
        """The lines that were asked for; the choices are what the map has."""
        regions = dict.fromkeys(line.council.region for line in lines)
        self.choose("region", [EVERY, *((region, region) for region in regions)])
        region = self.initial["region"]
        used = {line.mark.key for line in lines}
        asked = self.asked.get("mark", "")
        self.mark = next((mark for mark in marks if mark.key == asked and mark.key in used), None)
        return [
            line for line in lines if region in ("", line.council.region) and self.mark in (None, line.mark)
        ]

    @property
    def query(self) -> str:
        """The address of this map without the mark, to which the key adds one."""
        return urlencode({name: self.initial[name] for name in self.fields})
