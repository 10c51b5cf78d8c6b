"""Why a council may not define a measure of its own, or enter figures of one."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from beacons.core.text import is_blank
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from outcomes.models import Indicator, IndicatorValue, SignUp

# The form asks for this year and so many before it.
YEARS = 10
MOST_TITLE, MOST_UNIT, MOST_SOURCE = 300, 120, 300
LARGEST = Decimal(10) ** 12


def reasons_against_measure(
    authority: Authority,
    *,
    title: str,
    unit: str,
    polarity: str,
    description: str,
    source: str,
    besides: Indicator | None = None,
) -> list[str]:
    """What is wrong with the definition itself."""
    reasons = []
    for words, name, most in (
        (title, "a title", MOST_TITLE),
        (unit, "the unit in which it is counted", MOST_UNIT),
        (source, "where its figures come from", MOST_SOURCE),
    ):
        if is_blank(words):
            reasons.append(f"Give {name}.")
        elif len(words) > most:
            reasons.append(f"Give {name} in {most} characters at most.")
    if is_blank(description):
        reasons.append("Say how it is measured, so that another council can measure the same.")
    if polarity not in (Indicator.Polarity.HIGH, Indicator.Polarity.LOW):
        reasons.append("Say whether a high or a low figure is good.")
    same = Indicator.objects.filter(authority=authority, title__iexact=title)
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if not reasons and same.exists():
        reasons.append(f"{authority} has a measure of this title already.")
    return reasons


def reasons_not_to_edit(measure: Indicator) -> list[str]:
    """Others rest on it: what it measures may not change under their figures."""
    if measure.kind != Indicator.Kind.OWN:
        return ["Only a council’s own measure is changed here."]
    used = SignUp.objects.filter(measure=measure)
    others = used.exclude(authority=measure.authority_id)
    names = sorted(set(others.values_list("authority__name", flat=True)))
    if names:
        return [
            f"{', '.join(names)} measure by it too, so it stays as it is. Define another measure instead."
        ]
    if used.confirmed().exists():
        return [
            "A sign-up that is confirmed is measured by it, so it stays as it is. Define another measure instead."
        ]
    return []


def reasons_not_to_enter(measure: Indicator, authority: Authority) -> list[str]:
    """Its owner enters figures, and whoever measures by it."""
    if measure.kind != Indicator.Kind.OWN:
        return ["Figures of official measures come from those who publish them."]
    if measure.authority_id == authority.pk:
        return []
    if SignUp.objects.filter(measure=measure, authority=authority).exists():
        return []
    return [f"{authority} does not measure by this. Choose it in the terms of a sign-up first."]


def reasons_against_figures(
    figures: Mapping[int, Decimal | None], held: Mapping[int, IndicatorValue], *, at: datetime
) -> list[str]:
    today = day_in_london(at)
    reasons = [f"{year} has not begun." for year in sorted(figures) if year > today.year]
    reasons += [
        f"The figure of {year} is too large."
        for year, value in figures.items()
        if value and abs(value) >= LARGEST
    ]
    if not reasons and not differing(figures, held):
        reasons.append("Nothing differs from the figures that are held already.")
    return reasons


def differing(
    figures: Mapping[int, Decimal | None], held: Mapping[int, IndicatorValue]
) -> dict[int, Decimal | None]:
    """The years whose figure is new, another, or taken away."""
    return {
        year: value
        for year, value in figures.items()
        if value != (held[year].value if year in held else None)
    }
