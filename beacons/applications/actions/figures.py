"""The figures a bid rests on: picked, written, changed, put in order and taken out; frozen with the certificate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from beacons.applications import rules
from beacons.applications.actions.writing import Overtaken
from beacons.applications.content import figure_fingerprint
from beacons.applications.evidence import official
from beacons.applications.evidence.facts import newest_words
from beacons.applications.evidence.own import Row
from beacons.applications.models import Application, EvidenceFigure
from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.core.text import one_line
from beacons.directory.models import Authority, User
from beacons.rounds.asking import plain
from outcomes.models import Indicator

UP, DOWN = "up", "down"


@verb
def pick_figures(
    application: Application,
    chosen: Sequence[tuple[Indicator, Authority]],
    *,
    by: User,
    at: datetime,
    comparison: str = "",
    as_many_as_fit: bool = False,
) -> list[EvidenceFigure]:
    """Put official figures into a bid, each of an authority that takes part; returns those that were not in it yet.

    Compared with `comparison` where that means something for the authority, else with what usually fits its kind.
    """
    application = Application.objects.lock(application.pk)
    there = {(figure.indicator_id, figure.authority_id) for figure in application.figures.all()}
    new = {(indicator.pk, whose.pk): (indicator, whose) for indicator, whose in chosen}
    wanted = [pair for key, pair in new.items() if key not in there]
    if as_many_as_fit:
        wanted = wanted[: rules.room(application)]
    refuse_if(rules.reasons_not_to_pick(application, wanted, at=at))
    picked = []
    for place, (indicator, whose) in enumerate(wanted, start=_last_place(application) + 1):
        usual = official.usual_comparison(whose)
        offered = not rules.reasons_not_to_compare(whose, comparison)
        figure = EvidenceFigure(
            application=application,
            indicator=indicator,
            authority=whose,
            comparison=comparison if comparison and offered else usual,
            position=place,
            added_by=by,
            added_at=at,
        )
        figure.picked = _newest(figure)
        figure.save()
        steps.note(
            application,
            "pick_figure",
            by=by,
            at=at,
            figure=figure.pk,
            indicator=indicator.code,
            of=whose.code,
        )
        picked.append(figure)
    return picked


@verb
def write_figure(
    application: Application,
    *,
    title: str,
    unit: str,
    polarity: str,
    source: str,
    rows: Sequence[Row],
    comment: str = "",
    by: User,
    at: datetime,
) -> EvidenceFigure:
    """A figure of the council's own, with its source."""
    application = Application.objects.lock(application.pk)
    words: dict[str, Any] = {
        "title": one_line(title),
        "unit": one_line(unit),
        "source": one_line(source),
        "polarity": polarity,
    }
    comment = one_line(comment)
    refuse_if(rules.reasons_not_to_add(application, at=at))
    refuse_if(
        rules.reasons_against_own(application, rows=rows, **words) + rules.reasons_against_comment(comment)
    )
    figure = EvidenceFigure.objects.create(
        application=application,
        **words,
        own_values=[list(row) for row in rows],
        comment=comment,
        position=_last_place(application) + 1,
        added_by=by,
        added_at=at,
    )
    steps.note(application, "write_figure", by=by, at=at, **_words_of(figure))
    return figure


@verb
def edit_official(
    figure: EvidenceFigure, *, comparison: str, comment: str, by: User, at: datetime, seen: str | None = None
) -> EvidenceFigure:
    """Compare it with others, or say what it shows. Whoever saves has seen the figure as it stands now."""
    figure = _locked(figure, at=at)
    if not figure.is_official or figure.authority is None:
        raise Refused("This is a figure of your own. Change it on its own page.")
    comment = one_line(comment)
    refuse_if(
        rules.reasons_not_to_compare(figure.authority, comparison) + rules.reasons_against_comment(comment)
    )
    return _save(figure, {"comparison": comparison, "comment": comment}, by=by, at=at, seen=seen)


@verb
def edit_own(
    figure: EvidenceFigure,
    *,
    title: str,
    unit: str,
    polarity: str,
    source: str,
    rows: Sequence[Row],
    comment: str,
    by: User,
    at: datetime,
    seen: str | None = None,
) -> EvidenceFigure:
    """What was saved before stands in the step."""
    figure = _locked(figure, at=at)
    if figure.is_official:
        raise Refused("An official figure is filled in by the house and cannot be typed over.")
    words: dict[str, Any] = {
        "title": one_line(title),
        "unit": one_line(unit),
        "source": one_line(source),
        "polarity": polarity,
    }
    comment = one_line(comment)
    refuse_if(
        rules.reasons_against_own(figure.application, **words, rows=rows, besides=figure)
        + rules.reasons_against_comment(comment)
    )
    changes = {**words, "own_values": [list(row) for row in rows], "comment": comment}
    return _save(figure, changes, by=by, at=at, seen=seen)


@verb
def move_figure(figure: EvidenceFigure, way: str, *, by: User, at: datetime) -> EvidenceFigure:
    """One place up or down; at the end of the list it stays where it is."""
    figure = _locked(figure, at=at)
    order = list(figure.application.figures.all())
    here = next(place for place, each in enumerate(order) if each.pk == figure.pk)
    there = here + {UP: -1, DOWN: 1}[way]
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for place, each in enumerate(order, start=1):
        if each.position != place:
            each.position = place
            each.save(update_fields=["position"])
    steps.note(figure.application, "move_figure", by=by, at=at, figure=figure.pk, way=way)
    return figure


@verb
def remove_figure(figure: EvidenceFigure, *, by: User, at: datetime) -> Application:
    """Out of the bid; what was typed stays in the step."""
    figure = _locked(figure, at=at)
    steps.note(figure.application, "remove_figure", by=by, at=at, **_words_of(figure))
    EvidenceFigure.objects.filter(pk=figure.pk).delete()
    return figure.application


# With the certificate


def freeze(application: Application, *, at: datetime) -> None:
    """What the certifier stands by is what the figures say now: from here on revisions of them change nothing."""
    for item in application.evidence:
        if item.facts is None:
            raise Refused(f"The official figures of “{item.title}” were taken away in this very moment.")
        figure = item.figure
        figure.frozen, figure.frozen_at = item.as_json()["facts"], at
        figure.save(update_fields=["frozen", "frozen_at"])


def thaw(application: Application) -> None:
    """A draft again follows the newest figures. That one has changed meanwhile, its page says."""
    for item in application.evidence:
        figure = item.figure
        if item.facts is not None and figure.is_official:
            figure.picked = newest_words(item.facts)
        figure.frozen, figure.frozen_at = None, None
        figure.save(update_fields=["frozen", "frozen_at", "picked"])


# Parts


def _locked(figure: EvidenceFigure, *, at: datetime) -> EvidenceFigure:
    """The figure under the lock of its application, which may be changed now."""
    application = Application.objects.lock(figure.application_id)
    refuse_if(rules.reasons_not_to_edit(application, at=at))
    found = application.figures.filter(pk=figure.pk).first()
    if found is None:
        raise Refused("This figure is no longer in the application: somebody took it out meanwhile.")
    found.application = application
    return found


def _save(
    figure: EvidenceFigure, changes: dict[str, Any], *, by: User, at: datetime, seen: str | None
) -> EvidenceFigure:
    before = {
        name: getattr(figure, name) for name, value in changes.items() if getattr(figure, name) != value
    }
    if before and seen is not None and seen != figure_fingerprint(figure):
        raise Overtaken(
            "Somebody else changed this figure while you were writing. What they saved is shown above the form, what"
            " you typed is in it, and nothing was overwritten. Save again to keep yours.",
            application=figure.application,
        )
    for name, value in changes.items():
        setattr(figure, name, value)
    if figure.is_official:
        figure.picked = _newest(figure)
    figure.save(update_fields=[*changes, "picked"])
    if before:
        steps.note(figure.application, "edit_figure", by=by, at=at, figure=figure.pk, before=before)
    return figure


def _newest(figure: EvidenceFigure) -> dict[str, str] | None:
    values = official.values_of([(figure.indicator_id, figure.authority_id)])  # type: ignore[list-item]
    for rows in values.values():
        return {"period": rows[-1].period, "value": plain(rows[-1].value)}
    return None


def _last_place(application: Application) -> int:
    return max((figure.position for figure in application.figures.all()), default=0)


def _words_of(figure: EvidenceFigure) -> dict[str, Any]:
    """All that was chosen or typed, for the step."""
    if figure.indicator is not None and figure.authority is not None:
        what: dict[str, Any] = {
            "indicator": figure.indicator.code,
            "of": figure.authority.code,
            "comparison": figure.comparison,
        }
    else:
        what = {
            "title": figure.title,
            "unit": figure.unit,
            "polarity": figure.polarity,
            "source": figure.source,
            "values": figure.own_values,
        }
    return {"figure": figure.pk, **what, "comment": figure.comment}
