"""Local Area Agreements as files: what a row says, and what bringing it in would change.

The same reading serves the office's page and the command `load_signups`. What is read becomes plain rows, which can
be kept and carried out later; what they would change is worked out from the sign-ups as they stand at that moment,
so that two workings can be compared.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from beacons.core.tables import Column, Problems, Row, Table, decimal, looked_up, one_of, text, whole
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from outcomes import rules
from outcomes.models import Outcome, SignUp
from outcomes.sign_up_rules import FIRST_YEAR, LAST_YEAR, is_area
from outcomes.terms import FIGURES, Terms

COLUMNS = (
    "authority",
    "outcome",
    "baseline",
    "baseline_year",
    "target",
    "target_year",
    "lead_officer",
    "source",
    "refresh_year",
)
# So many can be looked at: all areas with all targets of an agreement are some 5,000.
MOST_ROWS = 10_000
MOST_SHOWN = 200


@dataclass(frozen=True)
class Entry:
    """What one row says, with the authority and the outcome that it names."""

    line: int
    authority: Authority
    outcome: Outcome
    terms: Terms
    source: str
    refresh_year: int | None

    def kept(self) -> dict[str, Any]:
        """As it is kept until it is carried out."""
        figures = {name: getattr(self.terms, name) for name in FIGURES}
        return {
            "line": self.line,
            "authority": self.authority.pk,
            "outcome": self.outcome.pk,
            **{name: str(value) if isinstance(value, Decimal) else value for name, value in figures.items()},
            "lead_officer": self.terms.lead_officer,
            "source": self.source,
            "refresh_year": self.refresh_year,
        }


@dataclass(frozen=True)
class Change:
    """What an entry comes to: a new sign-up, or new terms for one that is held."""

    entry: Entry
    held: SignUp | None
    terms: Terms

    @property
    def reopens(self) -> bool:
        """Its council has confirmed other terms, and has to confirm again."""
        return self.held is not None and self.held.confirmed_at is not None

    def line(self) -> dict[str, Any]:
        """As it is shown, and compared with what it comes to later."""
        outcome, authority = self.entry.outcome, self.entry.authority
        before = Terms.of(self.held) if self.held else Terms()
        changes = list(before.changes(self.terms, outcome))
        if self.held and self.held.source != self.entry.source:
            changes.append(("Source", self.held.get_source_display(), SignUp.Source(self.entry.source).label))
        return {
            "line": self.entry.line,
            "kind": "change" if self.held else "add",
            "authority": authority.name,
            "outcome": outcome.title,
            "changes": [list(change) for change in changes],
            "reopens": self.reopens,
            "refresh_year": self.entry.refresh_year,
        }


@dataclass
class Plan:
    """What the entries of a file come to now, and why some may not be brought in."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    # Each entry with its column, where the reason is about one, and the reason.
    refused: list[tuple[Entry, str | None, str]] = field(default_factory=list)

    def lines(self) -> list[dict[str, Any]]:
        return [change.line() for change in self.changes]


def read(
    source: Path | BinaryIO, problems: Problems, *, name: str = "", sheet: str | None = None, at: datetime
) -> tuple[list[Entry], Plan]:
    """All entries of a file and what they come to; what is wrong, of itself or with what is held, is in `problems`."""
    authorities = {each.code: each for each in Authority.objects.select_related("county")}
    outcomes = {each.slug: each for each in Outcome.objects.select_related("measure")}
    table = Table(
        source, columns(authorities, outcomes), problems, once=[["authority", "outcome"]], name=name
    )
    table.sheet = sheet
    entries: list[Entry] = []
    rows: dict[int, Row] = {}
    with closing(iter(table)) as read_rows:
        for row in read_rows:
            if len(rows) == MOST_ROWS:
                table.refuse(row, None, f"is one row too many: bring in {MOST_ROWS:,} at a time")
                break
            if not row.fits:
                continue
            rows[row.line] = row
            for name_of, reason in faults(row):
                table.refuse(row, name_of, reason)
            entries.append(entry_of(row))
    planned = plan(entries, at=at)
    for entry, column, reason in planned.refused:
        table.refuse(rows[entry.line], column, reason)
    problems.in_order()
    return entries, planned


def columns(authorities: Mapping[str, Authority], outcomes: Mapping[str, Outcome]) -> list[Column]:
    def unit(cells: Mapping[str, Any]) -> str:
        measure = cells["outcome"].measure
        return measure.unit if measure else ""

    by_name = {each.name: each.code for each in authorities.values() if each.closed_on is None}
    by_title = {each.title: each.slug for each in outcomes.values()}
    year = whole(FIRST_YEAR, LAST_YEAR)
    return [
        Column("authority", looked_up("authority", authorities, names=by_name)),
        Column("outcome", looked_up("outcome", outcomes, names=by_title)),
        Column("baseline", decimal(16, 4), blank=None, unit=unit),
        Column("baseline_year", year, blank=None),
        Column("target", decimal(16, 4), blank=None, unit=unit),
        Column("target_year", year, blank=None),
        Column("lead_officer", text(120), blank="", optional=True),
        Column("source", one_of(SignUp.Source.values), blank=SignUp.Source.AGREEMENT.value, optional=True),
        Column("refresh_year", year, blank=None, optional=True),
    ]


def faults(row: Row) -> Iterator[tuple[str, str]]:
    """What only the whole row can tell."""
    for figure in ("baseline", "target"):
        if (row[figure] is None) != (row[f"{figure}_year"] is None):
            yield figure, "goes together with its year: fill both or neither"
    if row["baseline_year"] and row["target_year"] and row["target_year"] <= row["baseline_year"]:
        yield "target_year", f"{row['target_year']} is not after {row['baseline_year']}"


def entry_of(row: Row) -> Entry:
    terms = Terms(lead_officer=row["lead_officer"], **{name: row[name] for name in FIGURES})
    return Entry(row.line, row["authority"], row["outcome"], terms, row["source"], row["refresh_year"])


def entries_of(kept: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The entries of rows that were kept."""
    authorities = Authority.objects.select_related("county").in_bulk({row["authority"] for row in kept})
    outcomes = Outcome.objects.select_related("measure").in_bulk({row["outcome"] for row in kept})
    return [
        Entry(
            row["line"],
            authorities[row["authority"]],
            outcomes[row["outcome"]],
            Terms(
                baseline=_decimal(row["baseline"]),
                baseline_year=row["baseline_year"],
                target=_decimal(row["target"]),
                target_year=row["target_year"],
                lead_officer=row["lead_officer"],
            ),
            row["source"],
            row["refresh_year"],
        )
        for row in kept
    ]


def _decimal(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)


def plan(entries: Iterable[Entry], *, at: datetime, lock: bool = False) -> Plan:
    """What they come to as the sign-ups stand now: a fixed number of queries, and one for each outcome's round."""
    entries = list(entries)
    outcomes = {entry.outcome.pk for entry in entries}
    if lock:
        # Whoever signs up or joins locks the outcome, so that none of these sign-ups comes into being meanwhile.
        list(Outcome.objects.select_for_update(of=("self",)).filter(pk__in=outcomes).order_by("pk"))
    held = _held(outcomes, lock=lock)
    found = Plan()
    for entry in entries:
        sign_up = held.get((entry.authority.pk, entry.outcome.pk))
        if sign_up is not None:
            sign_up.outcome, sign_up.authority = entry.outcome, entry.authority
        if reasons := list(_reasons_against(entry, at=at)):
            found.refused += [(entry, column, reason) for column, reason in reasons]
            continue
        terms = terms_after(entry, sign_up)
        if sign_up is not None and says_the_same(entry, sign_up, terms):
            found.unchanged += 1
        elif sign_up is not None and (reasons := list(_reasons_not_to_change(entry, sign_up, terms, at=at))):
            found.refused += [(entry, column, reason) for column, reason in reasons]
        else:
            found.changes.append(Change(entry, sign_up, terms))
    return found


def _held(outcomes: Collection[int], *, lock: bool) -> dict[tuple[int, int], SignUp]:
    found = SignUp.objects.filter(outcome__in=outcomes).select_related("measure")
    if lock:
        found = found.select_for_update(of=("self",)).order_by("pk")
    return {(each.authority_id, each.outcome_id): each for each in found}


def terms_after(entry: Entry, held: SignUp | None) -> Terms:
    """A blank lead officer takes nobody's name away, and whom the council itself named stays."""
    if held is None:
        return entry.terms
    officer = entry.terms.lead_officer
    if held.lead_officer and (not officer or held.confirmed_at is not None):
        officer = held.lead_officer
    figures = {name: getattr(entry.terms, name) for name in FIGURES}
    return Terms(**figures, lead_officer=officer, measure=held.measure)


def says_the_same(entry: Entry, held: SignUp, terms: Terms) -> bool:
    """What a council stands by is not asked for again because the same stands in another paper."""
    return terms == Terms.of(held) and (held.confirmed_at is not None or entry.source == held.source)


def _reasons_against(entry: Entry, *, at: datetime) -> Iterator[tuple[str | None, str]]:
    authority = entry.authority
    if authority.county:
        code = authority.county.code
        yield "authority", f"{authority} is a district: the agreement is its county's, {code}"
    elif not is_area(authority):
        yield (
            "authority",
            f"{authority} has no agreement of its own: it joins an area's sign-up on its own page",
        )
    elif authority.is_abolished(day_in_london(at)):
        yield "authority", f"{authority} was abolished on {authority.closed_on:%-d %B %Y}: name its successor"


def _reasons_not_to_change(
    entry: Entry, held: SignUp, terms: Terms, *, at: datetime
) -> Iterator[tuple[str | None, str]]:
    authority = entry.authority
    if held.measure is not None:
        yield (
            None,
            f"{authority} set a measure of its own for this outcome, {held.measure.code}, and a file's figures are"
            " of the outcome's measure: leave this row out",
        )
        return
    if held.confirmed_at is None:
        return
    if entry.refresh_year is None:
        yield (
            "refresh_year",
            f"is blank, and {authority} has confirmed other terms: fill in the year of the refresh, and the council"
            " will be asked to confirm again",
        )
    for reason in rules.reasons_not_now(entry.outcome, at=at):
        yield None, f"{authority} could not confirm again now. {reason}"
