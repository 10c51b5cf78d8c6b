"""The stages of a year, and where we stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from beacons.core.charts.drawing import (
    BRAND,
    EMBER,
    FLAME,
    GREY,
    HAZE,
    INK,
    MIST,
    VIOLET,
    WIDTH,
    Chart,
    Drawing,
)


@dataclass(frozen=True)
class Span:
    """Something that lasts from one day to another."""

    label: str
    starts_on: date
    ends_on: date


def timeline(
    title: str, spans: Sequence[Span], *, today: date, limit: date | None = None, current: str = ""
) -> Chart:
    """The stages of a year, one below the other, and where we stand.

    `current` is the label of the stage that runs: on the day when one closes and the next opens, dates cannot tell.
    """
    first = min(span.starts_on for span in spans)
    last = max([span.ends_on for span in spans] + ([limit] if limit else []))
    left, right, row, head = 250, WIDTH - 14, 28, 30

    def across(day: date) -> float:
        return left + (right - left) * (day - first).days / max((last - first).days, 1)

    drawing = Drawing(height=head + row * len(spans) + 12)
    bottom = head + row * len(spans)
    for month in months(first, last):
        drawing.line(across(month), head - 6, across(month), bottom, HAZE)
        if across(month) < right - 24:
            drawing.text(across(month) + 3, 18, f"{month:%b}", size=13, colour=GREY)
    rows = []
    for index, span in enumerate(spans):
        middle = head + row * index + row / 2
        state = state_of(span, today, current)
        now = state == "now"
        drawing.text(left - 12, middle + 5, span.label, anchor="end", bold=now)
        width = max(across(span.ends_on) - across(span.starts_on), 4)
        look: dict[str, object] = {"rx": 3}
        if state == "to come":
            look.update({"stroke": VIOLET, "stroke-width": 1.5})
        drawing.box(
            across(span.starts_on),
            middle - 9,
            width,
            18,
            {"done": BRAND, "now": FLAME}.get(state, MIST),
            **look,
        )
        rows.append((span.label, long_day(span.starts_on), long_day(span.ends_on), state))
    if first <= today <= last:
        drawing.line(across(today), head - 6, across(today), bottom + 6, EMBER, **{"stroke-width": 2.5})
    if limit:
        drawing.line(across(limit), head - 6, across(limit), bottom, INK, **{"stroke-dasharray": "3 3"})
    key = [("done", "done"), ("now", "now"), ("next", "to come"), ("today", f"today, {long_day(today)}")]
    if limit:
        key.append(("limit", f"the year's limit, {long_day(limit)}"))
    description = timeline_in_words(spans, today, first, current)
    columns = ("Stage", "From", "To", "State")
    return Chart(title, description, drawing.svg(title, description), columns, tuple(rows), tuple(key))


def months(first: date, last: date) -> list[date]:
    starts = []
    day = first.replace(day=1)
    while day <= last:
        if day >= first:
            starts.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return starts


def long_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def state_of(span: Span, today: date, current: str) -> str:
    if current:
        return "now" if span.label == current else "done" if span.ends_on <= today else "to come"
    if span.ends_on < today:
        return "done"
    return "now" if span.starts_on <= today else "to come"


def timeline_in_words(spans: Sequence[Span], today: date, first: date, current: str) -> str:
    now = [span for span in spans if state_of(span, today, current) == "now"]
    told = [f"{len(spans)} stages from {long_day(first)} to {long_day(max(span.ends_on for span in spans))}"]
    told += [f"Now: {span.label}, until {long_day(span.ends_on)}" for span in now]
    if today >= first:
        told.append(f"Today is day {(today - first).days + 1}")
    return ". ".join(told) + "."
