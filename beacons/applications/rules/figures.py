"""Why a figure cannot be picked, written, changed or moved, and what is wrong with those that are there."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from beacons.applications.deadline import count
from beacons.applications.evidence import official, own
from beacons.applications.evidence.own import Row
from beacons.applications.models import Application, EvidenceFigure
from beacons.applications.rules.writing import reasons_not_to_edit
from beacons.core import text
from beacons.directory.models import Authority
from outcomes.models import Indicator

MOST_TITLE, MOST_UNIT, MOST_SOURCE, MOST_COMMENT = 200, 60, 300, 300
NO_ROOM = "There is no room for another figure: few and telling ones count for more. Take one out first."


def taking_part(application: Application) -> set[int]:
    """Ids of those whose official figures a bid may use.

    The lead authority, its county, the partners, and the councils that any of them took over with the bid.
    """
    lead = application.authority
    found = {lead.pk, lead.county_id, application.inherited_from_id}
    for partner in application.partners.all():
        found |= {partner.authority_id, partner.inherited_from_id}
    return {pk for pk in found if pk is not None}


def room(application: Application) -> int:
    """How many more figures the round allows."""
    return max(0, application.round.figures_most - len(application.figures.all()))


def reasons_not_to_add(application: Application, *, at: datetime) -> list[str]:
    """Why nothing more can be added, whatever it is."""
    reasons = reasons_not_to_edit(application, at=at)
    return reasons if reasons or room(application) else [NO_ROOM]


def reasons_not_to_pick(
    application: Application, chosen: Sequence[tuple[Indicator, Authority]], *, at: datetime
) -> list[str]:
    """`chosen` are those that are not in the application yet."""
    reasons = reasons_not_to_edit(application, at=at)
    allowed = taking_part(application)
    held = official.with_values((indicator.pk, authority.pk) for indicator, authority in chosen)
    for indicator, authority in chosen:
        if authority.pk not in allowed:
            reasons.append(f"{authority} takes no part in this application, so its figures cannot be used.")
        elif (indicator.pk, authority.pk) not in held:
            reasons.append(f"There is no figure of {authority} for “{indicator.title or indicator.code}”.")
    left = room(application)
    if len(chosen) > left:
        reasons.append(
            f"There is room for {left} more, and you chose {len(chosen)}. Few and telling figures count for more."
            if left
            else NO_ROOM
        )
    return reasons


def reasons_not_to_compare(authority: Authority, comparison: str) -> list[str]:
    if comparison in {name for name, _ in official.comparisons(authority)} or not comparison:
        return []
    return [f"Figures of {authority} cannot be compared in that way: choose from the list."]


def reasons_against_own(
    application: Application,
    *,
    title: str,
    unit: str,
    polarity: str,
    source: str,
    rows: Sequence[Row],
    besides: EvidenceFigure | None = None,
) -> list[str]:
    """What is wrong with a figure of the council's own; `rows` are those that could be read."""
    reasons = []
    for words, name, most in (
        (title, "a title", MOST_TITLE),
        (unit, "the unit in which it is counted", MOST_UNIT),
        (source, "where the figures come from", MOST_SOURCE),
    ):
        if text.is_blank(words):
            reasons.append(f"Give {name}.")
        elif len(words) > most:
            reasons.append(f"Give {name} in {most} characters or fewer.")
    if polarity not in Indicator.Polarity.values:
        reasons.append("Say whether a high or a low figure is better, or neither.")
    if not own.LEAST_ROWS <= len(rows) <= own.MOST_ROWS:
        reasons.append(f"Give figures of {own.LEAST_ROWS} to {own.MOST_ROWS} periods.")
    others = [figure for figure in application.figures.all() if besides is None or figure.pk != besides.pk]
    if title.casefold() in {figure.title.casefold() for figure in others if not figure.is_official}:
        reasons.append(f"A figure of your own called “{title}” is in the application already.")
    return reasons


def reasons_against_comment(comment: str) -> list[str]:
    over = len(comment) - MOST_COMMENT
    return (
        [f"What it shows: {count(over, 'character')} too many, the limit is {MOST_COMMENT}."]
        if over > 0
        else []
    )


def reasons_figures(application: Application) -> list[str]:
    """What is to be put right, or still to be added, before the bid can be certified."""
    figures = list(application.figures.all())
    least, most = application.round.figures_least, application.round.figures_most
    reasons = []
    if len(figures) < least:
        reasons.append(
            f"Add {count(least - len(figures), 'evidence figure')}: this round asks for {least} or more."
        )
    if len(figures) > most:
        reasons.append(f"There are {len(figures)} evidence figures; {most} are the most.")
    return reasons + _reasons_official(application, [figure for figure in figures if figure.is_official])


def _reasons_official(application: Application, figures: Iterable[EvidenceFigure]) -> list[str]:
    """An official figure may be gone, or its authority may take no part any more."""
    allowed = taking_part(application)
    reasons = []
    for figure in figures:
        if figure.frozen is not None:
            continue
        if figure.authority_id not in allowed:
            reasons.append(
                f"“{figure.name}” is a figure of {figure.authority}, which takes no part in the application any more:"
                " take it out, or make that authority a partner again."
            )
        elif not figure.has_values:  # type: ignore[attr-defined]
            reasons.append(
                f"There is no official figure of {figure.authority} for “{figure.name}” any more: take it out."
            )
    return reasons
