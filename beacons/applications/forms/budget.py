"""The budget as one table: each body's part of the four heads, and what it puts into a pooled budget."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beacons.applications import rules
from beacons.applications.budget import HEADS, NAMES, WHAT_FOR, Sums, added_up
from beacons.applications.content import budget_fingerprint
from beacons.applications.models import Application
from beacons.core.crispy import Layout
from beacons.core.forms import HouseForm, PoundsField
from beacons.core.lifecycle import Refused
from beacons.core.widgets import Checkbox

LEAD = "lead"
POOLED = "pooled"
WRONG = {
    "invalid": "enter whole pounds without pence, like 12,000",
    "min_value": "enter £0 or more",
    "max_value": f"enter £{rules.MOST_POUNDS:,} or less",
}
# The name of a cell in a partner's row, as it is sent.
SENT = re.compile("(partner_[0-9]+)_([a-z]+)")


class CellField(PoundsField):
    """Whole pounds in a cell of the table; its errors name the cell in the list above, and not in the cell itself."""

    def __init__(self, body: str, column: str) -> None:
        cell = f"{body}, {column.lower()}"
        # Django fills limits into all of these but the first.
        named = {code: cell if code == "invalid" else cell.replace("%", "%%") for code in WRONG}
        super().__init__(
            label=cell,
            required=False,
            max_value=rules.MOST_POUNDS,
            error_messages={code: f"{named[code]}: {said}" for code, said in WRONG.items()},
            widget=forms.TextInput,
        )


@dataclass(frozen=True)
class Row:
    """One body's cells, as the page draws them."""

    body: str
    key: str
    heads: list[tuple[str, str, BoundField, list[str]]]
    pooled: BoundField
    pooled_errors: list[str]
    together: int
    is_lead: bool


class BudgetTable(LayoutObject):
    """The table, drawn in one go: a template for each of two hundred boxes would be slow."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.fields: list[Any] = []

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        return render_to_string(self.template, form.facts())


class BudgetForm(HouseForm, forms.Form):
    """A row for the lead authority and one for each partner; `budget_form` makes it for an application."""

    # Is what somebody else saved to be shown above it?
    is_overtaken = False
    submit = "Save and return to the task list"
    buttons = (("stay", "Save and stay on this page"),)
    optional_marks = False

    is_whole_area = forms.BooleanField(
        label="This is a whole-area application",
        help_text="Several bodies of one area put money of their own into one pooled budget, as in Total Place and"
        " community budgets.",
        required=False,
        widget=Checkbox(),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        self.bodies = dict(bodies(application))
        initial: dict[str, Any] = {
            "is_whole_area": application.is_whole_area,
            "seen": budget_fingerprint(application),
        }
        lines = zip(self.bodies, application.budget.lines, strict=True)
        for key, line in lines:
            initial |= {
                cell(key, head): amount or None for head, amount in zip(HEADS, line.sums, strict=True)
            }
            initial[cell(key, POOLED)] = line.pooled or None
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        return Layout(BudgetTable("applications/_budget_table.html"), "seen")

    def shows(self) -> list[Any]:
        return [budget_fingerprint(self.application)]

    # What the page shows

    def facts(self) -> dict[str, Any]:
        sums = [self.typed_sums(key) for key in self.bodies]
        a_round = self.application.round
        totals = added_up(sums)
        return {
            "form": self,
            "rows": [
                self.row(key, body, one) for (key, body), one in zip(self.bodies.items(), sums, strict=True)
            ],
            "columns": [(head, NAMES[head], WHAT_FOR[head]) for head in HEADS],
            "totals": list(zip(HEADS, totals, strict=True)),
            "together": sum(totals),
            "shared": totals[2] + totals[3],
            "pooled": sum(self.typed(cell(key, POOLED)) for key in self.bodies),
            "round": a_round,
            "whole_area": self["is_whole_area"],
        }

    def row(self, key: str, body: str, sums: Sums) -> Row:
        heads = [
            (head, NAMES[head], self[cell(key, head)], self.cell_errors(cell(key, head))) for head in HEADS
        ]
        pooled = cell(key, POOLED)
        return Row(body, key, heads, self[pooled], self.cell_errors(pooled), sum(sums), key == LEAD)

    def cell_errors(self, name: str) -> list[str]:
        """The errors of one cell, without its name: that stands beside them."""
        label = f"{self.fields[name].label}: "
        return [error.removeprefix(label).capitalize() for error in self.errors.get(name, [])]

    def typed_sums(self, key: str) -> Sums:
        develop, innovate, disseminate, support = (self.typed(cell(key, head)) for head in HEADS)
        return develop, innovate, disseminate, support

    def typed(self, name: str) -> int:
        """What stands in a cell, as far as it is a number."""
        given = self.cleaned_data.get(name) if self.is_bound else self.initial.get(name)
        return given or 0

    # What the action takes

    def budget(self) -> dict[str, Any]:
        """What `actions.save_budget` takes."""
        partners = {int(key.removeprefix("partner_")): key for key in self.bodies if key != LEAD}
        typed = self.cleaned_data
        return {
            "own": self.typed_sums(LEAD),
            "parts": {pk: self.typed_sums(key) for pk, key in partners.items()},
            "own_pooled": typed[cell(LEAD, POOLED)] or 0,
            "pooled": {pk: typed[cell(key, POOLED)] or 0 for pk, key in partners.items()},
            "is_whole_area": typed["is_whole_area"],
            "seen": typed["seen"],
        }

    def clean(self) -> dict[str, Any]:
        """Sums for a partner that somebody took out meanwhile are said in words: there is no row for them any more."""
        lost: dict[str, list[str]] = {}
        for name, text in self.data.items():
            sent = SENT.fullmatch(name)
            if sent and sent[1] not in self.bodies and str(text).strip():
                lost.setdefault(sent[1], []).append(f"{NAMES.get(sent[2], 'pooled budget').lower()} {text}")
        if lost:
            self.know_of_the_other()
        for typed in lost.values():
            self.add_error(
                None,
                f"You typed sums for a body that is not a partner in this application, or no longer: {', '.join(typed)}."
                " They are not saved. Everything else that you typed is still in the table.",
            )
        return self.cleaned_data

    def know_of_the_other(self) -> None:
        """What somebody else saved is shown with this form, so the next save is made in knowledge of it."""
        self.is_overtaken = True
        self.data: Any = self.data.copy()
        self.data[self.add_prefix("seen")] = budget_fingerprint(self.application)

    def overtaken(self, refusal: Refused) -> "BudgetForm":
        self.know_of_the_other()
        self.refused(refusal)
        return self


def bodies(application: Application) -> Iterator[tuple[str, str]]:
    """The key and the name of each row."""
    yield LEAD, str(application.authority)
    for partner in application.partners.all():
        yield f"partner_{partner.pk}", str(partner)


def cell(key: str, column: str) -> str:
    return f"{key}_{column}"


def budget_form(application: Application) -> type[BudgetForm]:
    """The form class with a cell for each body and head."""
    fields = {
        cell(key, column): CellField(body, NAMES.get(column, "pooled budget"))
        for key, body in bodies(application)
        for column in (*HEADS, POOLED)
    }
    return type("ApplicationBudgetForm", (BudgetForm,), fields)
