"""Widgets for what people type here: a date in three parts, pounds, counted words, a choice.

`HouseForm` (beacons/core/forms.py) puts most of them in place by itself; name one only to ask for something else:

    agree = forms.ChoiceField(choices=..., widget=Radios(inline=True, hints={"yes": "We ask your council next."}))
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from beacons.core import text

DAY, MONTH, YEAR = 0, 1, 2
NAMES = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LIMITS = {DAY: (1, 31), MONTH: (1, 12), YEAR: (1000, 9999)}


class DatePart(forms.TextInput):
    """One box of a date, as wide as what belongs in it."""

    def __init__(self, label: str, width: int) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off"})
        self.label = label
        self.width = width


class DateParts(forms.MultiWidget):
    """Day, month and year. Hands the field "2027-3-27", so that any DateField can use it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            "day": DatePart("Day", 2),
            "month": DatePart("Month", 2),
            "year": DatePart("Year", 4),
        }
        super().__init__(parts, attrs)

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, date):
            return [str(value.day), str(value.month), str(value.year)]
        year, month, day = [*str(value or "").split("-", 2), "", "", ""][:3]
        return [day, month, year]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        if name in data:  # whole, as a script or a test sends it
            return data[name]
        day, month, year = (
            (part or "").strip().replace("-", " ") for part in super().value_from_datadict(data, files, name)
        )
        return f"{year}-{month_number(month)}-{day}" if day or month or year else ""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and super().value_omitted_from_data(data, files, name)

    def missing_parts(self, value: Any) -> list[int]:
        return [index for index, part in enumerate(self.decompress(value)) if not part]

    def faulty_parts(self, value: Any) -> list[int]:
        """Which of day, month and year a person has to look at again; all of them where none stands out."""
        if missing := self.missing_parts(value):
            return missing
        wrong = [
            index for index, part in enumerate(self.decompress(value)) if not within(part, LIMITS[index])
        ]
        return wrong or [DAY, MONTH, YEAR]

    def complaint(self, label: str, value: Any) -> str:
        """What is wrong with a date, in words that help to put it right."""
        missing = self.missing_parts(value)
        if missing and len(missing) < 3:
            names = " and a ".join(NAMES[index] for index in missing)
            return f"{label} must include a {names}"
        if self.faulty_parts(value) == [YEAR]:
            return f"{label} must have a year of four numbers"
        return f"{label} must be a real date, like 27 3 2027"


def month_number(text: str) -> str:
    """'March' and 'mar' are as good as 3."""
    name = text.lower()[:3]
    return str(MONTHS.index(name) + 1) if name in MONTHS else text


def within(text: str, limits: tuple[int, int]) -> bool:
    low, high = limits
    return bool(re.fullmatch("[0-9]+", text)) and low <= int(text) <= high


class PoundsInput(forms.TextInput):
    """Whole pounds, with the sign in front of the box."""

    prefix = "£"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "class": "govuk-input--width-10", **(attrs or {})})


class UnitInput(forms.TextInput):
    """A number with its unit behind the box: %, days, hours."""

    def __init__(self, unit: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "class": "govuk-input--width-5", **(attrs or {})})
        self.suffix = unit


# A table of boxes may have two hundred of them: drawn without templates (docs/decisions/0039).
TABLE = """<div class="app-table-region app-figures-table">
  <table class="govuk-table">
    <thead class="govuk-table__head"><tr class="govuk-table__row">{}</tr></thead>
    <tbody class="govuk-table__body">
      {}
    </tbody>
  </table>
</div>"""
CELL = (
    '<td class="govuk-table__cell"><input class="{0}" type="text" id="{1}_{2}_{3}" name="{4}_{2}_{3}" value="{5}"'
    ' aria-label="{6}, row {7}"{8} autocomplete="off"></td>'
)
MODE = SafeString(' inputmode="decimal"')


class FiguresTable(forms.Widget):
    """A table of plain boxes, one row more than is filled in; works without scripts. Its value is JSON rows."""

    needs_multipart_form = False
    # Rows beside those filled in, and those shown of an empty table.
    SPARE, LEAST = 1, 3

    def __init__(self, headings: Sequence[str], most_rows: int, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.headings, self.most_rows = list(headings), most_rows

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_0" if id_ else ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        if name in data:  # whole, as a script or a test sends it
            return data[name]
        rows: list[list[str]] = []
        while f"{name}_{len(rows)}_0" in data and len(rows) < self.most_rows + 1:
            places = range(len(self.headings))
            rows.append([data.get(f"{name}_{len(rows)}_{place}", "") for place in places])
        return json.dumps(rows, ensure_ascii=False) if any(any(row) for row in rows) else ""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_0_0" not in data

    def rows(self, value: Any) -> list[list[str]]:
        """What stands in the boxes; text that is no table stands in the first."""
        try:
            held = json.loads(value) if value else []
        except (ValueError, RecursionError):
            held = [[str(value)]]
        held = (
            [[text.readable(str(cell)) for cell in row] for row in held if isinstance(row, list)]
            if isinstance(held, list)
            else []
        )
        wide = len(self.headings)
        filled = [[*row, *[""] * (wide - len(row))][:wide] for row in held]
        blank = max(self.LEAST - len(filled), self.SPARE)
        return filled + [[""] * wide for _ in range(min(blank, max(0, self.most_rows - len(filled))))]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        told = attrs or {}
        begins = told.get("id", f"id_{name}")
        style = "govuk-input govuk-input--error" if told.get("aria-invalid") else "govuk-input"
        heads = format_html_join(
            "",
            '<th scope="col" class="govuk-table__header">{}</th>',
            ([heading] for heading in self.headings),
        )
        rows = (
            [
                format_html_join(
                    "",
                    CELL,
                    (
                        (style, begins, row, column, name, cell, heading, row + 1, MODE if column else "")
                        for column, (heading, cell) in enumerate(zip(self.headings, cells, strict=True))
                    ),
                )
            ]
            for row, cells in enumerate(self.rows(value))
        )
        return format_html(TABLE, heads, format_html_join("\n", '<tr class="govuk-table__row">{}</tr>', rows))


class WordsTextarea(forms.Textarea):
    """A text whose words are counted while it is typed."""

    def __init__(self, limit: int, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": min(16, max(4, limit // 25)), **(attrs or {})})
        self.words = limit


class Options:
    """What radios and checkboxes can be asked for: smaller, in one line, a hint under an option."""

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Iterable[Any] = (),
        *,
        small: bool = False,
        inline: bool = False,
        hints: Mapping[Any, str] | None = None,
    ) -> None:
        super().__init__(attrs, choices)  # type: ignore[call-arg]
        self.small = small
        self.inline = inline
        self.hints = {str(value): hint for value, hint in (hints or {}).items()}


class Radios(Options, forms.RadioSelect):
    """One of a few."""


class Checkboxes(Options, forms.CheckboxSelectMultiple):
    """Any of a few."""


class Checkbox(forms.CheckboxInput):
    """Yes, or nothing."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, small: bool = False) -> None:
        super().__init__(attrs)
        self.small = small
