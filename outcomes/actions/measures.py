"""Councils define measures of their own, and enter their figures by year."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from beacons.core import steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority, User
from outcomes import measure_rules
from outcomes.models import Indicator, IndicatorValue, SupersededValue

WORDS = ("title", "unit", "polarity", "description", "source")


@verb
def define_measure(
    authority: Authority,
    *,
    title: str,
    unit: str,
    polarity: str,
    description: str,
    source: str,
    by: User,
    at: datetime,
) -> Indicator:
    """A self-regulation measure: the council's own, open to others, so that it can be compared."""
    authority = Authority.objects.lock(authority.pk)
    words = _cleaned(title, unit, polarity, description, source)
    refuse_if(measure_rules.reasons_against_measure(authority, **words))
    measure = Indicator.objects.create(
        code=next_code(authority), kind=Indicator.Kind.OWN, authority=authority, **words
    )
    steps.note(measure, "define", by=by, at=at, **words)
    return measure


@verb
def edit_measure(
    measure: Indicator,
    *,
    title: str,
    unit: str,
    polarity: str,
    description: str,
    source: str,
    by: User,
    at: datetime,
) -> Indicator:
    """Mend its words while nobody rests on them."""
    measure = Indicator.objects.lock(measure.pk)
    refuse_if(measure_rules.reasons_not_to_edit(measure))
    assert measure.authority
    words = _cleaned(title, unit, polarity, description, source)
    refuse_if(measure_rules.reasons_against_measure(measure.authority, besides=measure, **words))
    before = {name: getattr(measure, name) for name in WORDS}
    for name, value in words.items():
        setattr(measure, name, value)
    measure.save(update_fields=WORDS)
    steps.note(
        measure,
        "edit",
        by=by,
        at=at,
        was={name: value for name, value in before.items() if value != words[name]},
    )
    return measure


@verb
def enter_figures(
    measure: Indicator,
    authority: Authority,
    *,
    figures: Mapping[int, Decimal | None],
    by: User,
    at: datetime,
) -> Indicator:
    """The council's figures of these years; None takes one away. What was held before is kept."""
    measure = Indicator.objects.lock(measure.pk)
    held = {
        value.year: value for value in IndicatorValue.objects.filter(indicator=measure, authority=authority)
    }
    refuse_if(
        measure_rules.reasons_not_to_enter(measure, authority)
        or measure_rules.reasons_against_figures(figures, held, at=at)
    )
    today = day_in_london(at)
    changes = measure_rules.differing(figures, held)
    former = [held[year] for year in changes if year in held]
    SupersededValue.objects.bulk_create(
        SupersededValue(
            indicator=measure,
            authority=authority,
            year=value.year,
            period=value.period,
            value=value.value,
            published_on=value.published_on,
            superseded_on=today,
        )
        for value in former
    )
    IndicatorValue.objects.filter(pk__in=[value.pk for value in former]).delete()
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            indicator=measure,
            authority=authority,
            year=year,
            period=str(year),
            value=value,
            published_on=today,
        )
        for year, value in sorted(changes.items())
        if value is not None
    )
    steps.note(
        measure,
        "enter_figures",
        by=by,
        at=at,
        authority=authority.code,
        figures={str(year): value for year, value in sorted(changes.items())},
    )
    return measure


def next_code(authority: Authority) -> str:
    """OWN-WGN-3: for a verb that holds the authority's lock."""
    start = f"OWN-{authority.code}-"
    taken = Indicator.objects.filter(code__startswith=start).values_list("code", flat=True)
    numbers = [int(code.removeprefix(start)) for code in taken if code.removeprefix(start).isdigit()]
    return f"{start}{max(numbers, default=0) + 1}"


def _cleaned(title: str, unit: str, polarity: str, description: str, source: str) -> dict[str, Any]:
    return {
        "title": clean(title),
        "unit": clean(unit),
        "polarity": polarity,
        "description": clean(description),
        "source": clean(source),
    }
