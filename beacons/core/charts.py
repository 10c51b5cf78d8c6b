"""Pictures drawn on the server: SVG with a title and a description, and the table that says the same. Plain Python.

    drawn = charts.spread(
        "Working-age people on out-of-work benefits, 2009",
        unit="%", better="lower",
        groups=[("Councils signed up", [("Wigan", 14.2), ...]), ("All councils of England", [...])],
        own=("Wigan", 14.2), reference=("England", 12.1),
    )
    drawn = charts.bars("Ranking", [Bar("B-0001 Wigan", 4.1, low=3.8, high=4.4, marked=True), ...], cut=5)
    drawn = charts.lines("Recycling", [("Wigan", [("2019", 41.0), ...]), ("England", [...])], unit="%")
    drawn = charts.timeline("The year", [Span("Scoring", date, date), ...], today=date, current="Scoring")

and in the page `{% chart drawn %}`. Nothing is told by colour alone: what is marked also has another shape or words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from itertools import pairwise
from statistics import quantiles

WIDTH = 760
INK, BRAND, VIOLET, HAZE, MIST = "#0b0c0c", "#372d5f", "#7a6bb5", "#d9d3ec", "#f4f2fa"
FLAME, EMBER, GREY = "#ffb54a", "#b45309", "#6b6b76"
# About as wide as a letter of an axis.
LETTER = 7.5

Named = tuple[str, float]


@dataclass(frozen=True)
class Chart:
    """A picture, what it says in words, and its figures."""

    title: str
    description: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    # (kind of mark, what it stands for), shown in words above the picture
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Bar:
    """A value with, where it is known, how far it may be off."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    marked: bool = False


@dataclass(frozen=True)
class Span:
    """Something that lasts from one day to another."""

    label: str
    starts_on: date
    ends_on: date


@dataclass
class Drawing:
    """SVG put together piece by piece; every text in it is escaped here."""

    height: float
    width: float = WIDTH
    parts: list[str] = field(default_factory=list)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, **more: object) -> None:
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{attributes(more)}/>'
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str, **more: object) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}"'
            f' fill="{colour}"{attributes(more)}/>'
        )

    def dot(self, x: float, y: float, radius: float, colour: str, name: str = "", **more: object) -> None:
        title = f"<title>{escape(name)}</title>" if name else ""
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"{attributes(more)}>{title}</circle>'
        )

    def diamond(self, x: float, y: float, size: float, colour: str) -> None:
        points = (
            f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
        )
        self.parts.append(f'<polygon points="{points}" fill="{colour}" stroke="{INK}" stroke-width="1.5"/>')

    def path(self, points: Sequence[tuple[float, float]], colour: str, **more: object) -> None:
        steps = " ".join(f"{'M' if not index else 'L'}{x:.1f} {y:.1f}" for index, (x, y) in enumerate(points))
        self.parts.append(f'<path d="{steps}" fill="none" stroke="{colour}"{attributes(more)}/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        size: int = 15,
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        weight = ' font-weight="700"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}"{weight}>'
            f"{escape(words)}</text>"
        )

    def svg(self, title: str, description: str) -> str:
        name = identifier(title)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="app-chart__picture" role="img"'
            f' viewBox="0 0 {self.width:g} {self.height:g}" aria-labelledby="{name}-title {name}-desc"'
            ' font-family="Helvetica Neue, Arial, sans-serif">'
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
            f"{''.join(self.parts)}</svg>"
        )


def spread(
    title: str,
    *,
    groups: Sequence[tuple[str, Sequence[Named]]],
    unit: str = "",
    better: str = "",
    own: Named | None = None,
    reference: Named | None = None,
) -> Chart:
    """How one indicator spreads over groups of councils, a row of dots for each, with the reader's own marked."""
    groups = [(name, sorted(members, key=lambda member: (member[1], member[0]))) for name, members in groups]
    values = [value for _, members in groups for _, value in members]
    values += [named[1] for named in (own, reference) if named]
    scale = Scale.over(values, left=12, right=WIDTH - 12)
    row, top = 92, 42
    drawing = Drawing(height=top + row * len(groups) + 34)
    draw_axis(drawing, scale, top - 4, top + row * len(groups), unit)
    for index, (name, members) in enumerate(groups):
        base = top + row * index
        drawing.text(12, base + 14, f"{name} ({len(members)})", bold=True)
        middle = base + 54
        if len(members) >= 4:
            low, median, high = quantiles([value for _, value in members], n=4, method="inclusive")
            drawing.box(scale.at(low), middle - 22, scale.at(high) - scale.at(low), 44, HAZE, opacity=0.6)
            drawing.line(
                scale.at(median), middle - 22, scale.at(median), middle + 22, BRAND, **{"stroke-width": 2}
            )
        for (label, value), rise in zip(
            members, stacked([scale.at(value) for _, value in members]), strict=True
        ):
            drawing.dot(
                scale.at(value),
                middle + rise,
                4,
                VIOLET,
                f"{label}: {figure(value, unit)}",
                **{"fill-opacity": 0.75},
            )
        if own:
            drawing.diamond(scale.at(own[1]), middle, 9, FLAME)
    if reference:
        x = scale.at(reference[1])
        drawing.line(
            x, 24, x, top + row * len(groups), EMBER, **{"stroke-width": 2, "stroke-dasharray": "6 4"}
        )
        anchor = "end" if x > WIDTH * 0.7 else "start"
        drawing.text(
            x + (-6 if anchor == "end" else 6),
            20,
            f"{reference[0]} {figure(reference[1], unit)}",
            anchor=anchor,
        )
    description = spread_in_words(groups, unit, better, own, reference)
    rows = [summary_row(name, members, unit) for name, members in groups if members]
    columns = ("Group", "Councils", "Lowest", "Lower quartile", "Median", "Upper quartile", "Highest")
    key = [("dot", "one council"), ("band", "the middle half, with its median")]
    if own:
        key.append(("diamond", f"{own[0]}, {figure(own[1], unit)}"))
        rows.append((own[0], "1", *[figure(own[1], unit)] * 5))
    if reference:
        key.append(("dash", f"{reference[0]}, {figure(reference[1], unit)}"))
        rows.append((reference[0], "–", "–", "–", figure(reference[1], unit), "–", "–"))
    return Chart(title, description, drawing.svg(title, description), columns, tuple(rows), tuple(key))


def bars(
    title: str,
    rows: Sequence[Bar],
    *,
    unit: str = "",
    cut: int | None = None,
    cut_label: str = "The pot reaches to here",
    value_name: str = "Value",
    label_name: str = "Name",
    top: float | None = None,
) -> Chart:
    """Values one below the other; with an interval as a line, and, for a ranking, where the pot ends."""
    ranged = any(bar.low is not None for bar in rows)
    values = [value for bar in rows for value in (bar.value, bar.low, bar.high) if value is not None]
    values += [] if ranged else [0.0]
    values += [] if top is None else [top]
    left = 250
    scale = Scale.over(values, left=left, right=WIDTH - 70, pad=ranged)
    row, head = 30, 14
    drawing = Drawing(height=head + row * len(rows) + 36)
    draw_axis(drawing, scale, head - 4, head + row * len(rows), unit)
    for index, bar in enumerate(rows):
        middle = head + row * index + row / 2
        drawing.text(left - 12, middle + 5, shortened(bar.label, 30), anchor="end", bold=bar.marked)
        if ranged:
            if bar.low is not None and bar.high is not None:
                drawing.line(
                    scale.at(bar.low), middle, scale.at(bar.high), middle, VIOLET, **{"stroke-width": 4}
                )
            if bar.marked:
                drawing.diamond(scale.at(bar.value), middle, 8, FLAME)
            else:
                drawing.dot(scale.at(bar.value), middle, 6, BRAND, f"{bar.label}: {figure(bar.value, unit)}")
        else:
            start, end = sorted((scale.at(0), scale.at(bar.value)))
            drawing.box(start, middle - 9, end - start, 18, BRAND if not bar.marked else FLAME)
        end_of_bar = max(scale.at(bar.value), scale.at(bar.high if bar.high is not None else bar.value))
        drawing.text(end_of_bar + 10, middle + 5, figure(bar.value, unit), size=14)
    if cut is not None and 0 < cut < len(rows):
        y = head + row * cut
        drawing.line(8, y, WIDTH - 8, y, EMBER, **{"stroke-width": 2, "stroke-dasharray": "6 4"})
    key = []
    if ranged:
        key = [("dot", "the value"), ("range", "where it probably lies")]
    if cut is not None and 0 < cut < len(rows):
        key.append(("dash", cut_label))
    if any(bar.marked for bar in rows):
        key.append(("diamond", ", ".join(bar.label for bar in rows if bar.marked)[:80]))
    description = bars_in_words(rows, unit, cut, cut_label)
    columns = (label_name, value_name, *(("From", "To") if ranged else ()))
    table = tuple(
        (
            bar.label,
            figure(bar.value, unit),
            *((figure(bar.low, unit), figure(bar.high, unit)) if ranged else ()),
        )
        for bar in rows
    )
    return Chart(title, description, drawing.svg(title, description), columns, table, tuple(key))


DASHES = ("", "8 5", "2 4", "12 4 2 4")
COLOURS = (BRAND, EMBER, VIOLET, GREY)


def lines(title: str, series: Sequence[tuple[str, Sequence[Named]]], *, unit: str = "") -> Chart:
    """A few councils or averages over the same periods; each line has its own dashes and its name at its end."""
    periods = list(dict.fromkeys(period for _, points in series for period, _ in points))
    values = [value for _, points in series for _, value in points]
    right, height = WIDTH - 170, 260
    scale = Scale.over(values, left=height - 34, right=16)
    drawing = Drawing(height=height)
    for tick in scale.ticks():
        drawing.line(52, scale.at(tick), right, scale.at(tick), HAZE)
        drawing.text(44, scale.at(tick) + 5, figure(tick, unit), anchor="end", size=14)
    step = (right - 72) / max(len(periods) - 1, 1)
    across = {period: 62 + step * index for index, period in enumerate(periods)}
    every = max(1, len(periods) // 8)
    for index, period in enumerate(periods):
        if index % every == 0 or index == len(periods) - 1:
            drawing.text(across[period], height - 8, period, anchor="middle", size=14)
    ends = apart([scale.at(points[-1][1]) if points else 0 for _, points in series], 18)
    for index, (name, points) in enumerate(series):
        colour = COLOURS[index % len(COLOURS)]
        dash = {"stroke-dasharray": DASHES[index % len(DASHES)]} if index else {}
        placed = [(across[period], scale.at(value)) for period, value in points]
        drawing.path(placed, colour, **{"stroke-width": 3}, **dash)
        for (period, value), (x, y) in zip(points, placed, strict=True):
            drawing.dot(x, y, 4, colour, f"{name}, {period}: {figure(value, unit)}")
        if placed:
            words = f"{shortened(name, 14)} {figure(points[-1][1], unit)}"
            drawing.text(right + 10, ends[index] + 5, words, size=14)
    description = "; ".join(
        f"{name}: {figure(points[0][1], unit)} in {points[0][0]}, {figure(points[-1][1], unit)} in {points[-1][0]}"
        for name, points in series
        if points
    )
    held = [(name, dict(points)) for name, points in series]
    rows = tuple(
        (period, *(figure(points[period], unit) if period in points else "–" for _, points in held))
        for period in periods
    )
    columns = ("Period", *(name for name, _ in series))
    return Chart(title, f"{description}.", drawing.svg(title, f"{description}."), columns, rows)


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


# What the pictures share


@dataclass(frozen=True)
class Scale:
    """Where a value lies on a line from `left` to `right`, with ends at round figures."""

    low: float
    high: float
    step: float
    left: float
    right: float

    @classmethod
    def over(cls, values: Iterable[float], *, left: float, right: float, pad: bool = True) -> "Scale":
        held = list(values) or [0.0, 1.0]
        low, high = min(held), max(held)
        if low == high:
            low, high = (low - 1, high + 1) if pad else (min(low, 0.0), max(high, 1.0))
        step = round_step((high - low) / 5)
        low, high = step * int(low // step), step * -int(-high // step)
        return cls(low, high, step, left, right)

    def at(self, value: float) -> float:
        return self.left + (self.right - self.left) * (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * index for index in range(count + 1)]


def round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 1.0
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    return next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough)


def draw_axis(drawing: Drawing, scale: Scale, top: float, bottom: float, unit: str) -> None:
    ticks = scale.ticks()
    # A long unit stands at the first figure alone: at each of them, one would run into the next.
    room = scale.at(ticks[1]) - scale.at(ticks[0]) if len(ticks) > 1 else drawing.width
    # At the ends a label begins or ends at its line, so that it takes twice the room of one in the middle.
    is_long = max(len(figure(tick, unit)) for tick in ticks) * LETTER * 1.5 > room
    for index, tick in enumerate(ticks):
        x = scale.at(tick)
        drawing.line(x, top, x, bottom, HAZE)
        anchor = "start" if x < 30 else "end" if x > drawing.width - 30 else "middle"
        words = figure(tick, unit if index == 0 or not is_long else "")
        drawing.text(x, bottom + 22, words, anchor=anchor, size=14)


def stacked(places: Sequence[float], gap: float = 7.5, limit: float = 21) -> list[float]:
    """How far each dot moves up or down, so that equal values stand beside each other. Places come in order."""
    highest = int(limit // gap)
    levels = [0, *(level for step in range(1, highest + 1) for level in (step, -step))]
    taken = dict.fromkeys(levels, float("-inf"))
    moves = []
    for place in places:
        # Where all are taken, dots cover each other in the middle.
        level = next((level for level in levels if place - taken[level] >= gap), 0)
        taken[level] = place
        moves.append(level * gap)
    return moves


def apart(places: Sequence[float], gap: float) -> list[float]:
    """The same places, pushed down where two labels would overlap."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    return moved


def attributes(more: dict[str, object]) -> str:
    return "".join(f' {name}="{escape(str(value))}"' for name, value in more.items())


def figure(value: float | None, unit: str = "") -> str:
    """12.5%, £1,200, 3.4 days; as many decimals as the value needs, three at most."""
    if value is None:
        return "–"
    text = f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:,.0f}"
    text = "0" if text == "-0" else text
    if unit == "£":
        return f"£{text}" if value >= 0 else f"-£{text[1:]}"
    return f"{text}%" if unit == "%" else f"{text} {unit}".strip()


def identifier(title: str) -> str:
    """An id that starts with a letter and is the same for the same title."""
    return "chart-" + "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())[:60]


def shortened(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


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


def summary_row(name: str, members: Sequence[Named], unit: str) -> tuple[str, ...]:
    values = [value for _, value in members]
    low, median, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return (
        name,
        str(len(values)),
        *(figure(value, unit) for value in (values[0], low, median, high, values[-1])),
    )


def spread_in_words(
    groups: Sequence[tuple[str, Sequence[Named]]],
    unit: str,
    better: str,
    own: Named | None,
    reference: Named | None,
) -> str:
    told = [
        f"{name}: {len(members)} councils from {figure(members[0][1], unit)} to {figure(members[-1][1], unit)}"
        for name, members in groups
        if members
    ]
    if own:
        told.append(f"{own[0]} is at {figure(own[1], unit)}")
        for name, members in groups:
            below = sum(value < own[1] for _, value in members)
            told.append(f"{below} of {len(members)} in “{name}” are lower")
    if reference:
        told.append(f"{reference[0]} is at {figure(reference[1], unit)}")
    if better:
        told.append(f"{better} is better")
    return ". ".join(told) + "."


def bars_in_words(rows: Sequence[Bar], unit: str, cut: int | None, cut_label: str) -> str:
    if not rows:
        return "There is nothing to show yet."
    highest, lowest = max(rows, key=lambda bar: bar.value), min(rows, key=lambda bar: bar.value)
    told = [
        f"{len(rows)} values, from {figure(lowest.value, unit)} ({lowest.label})"
        f" to {figure(highest.value, unit)} ({highest.label})"
    ]
    if cut is not None and 0 < cut < len(rows):
        told.append(f"{cut_label}: after {rows[cut - 1].label}")
    return ". ".join(told) + "."


def timeline_in_words(spans: Sequence[Span], today: date, first: date, current: str) -> str:
    now = [span for span in spans if state_of(span, today, current) == "now"]
    told = [f"{len(spans)} stages from {long_day(first)} to {long_day(max(span.ends_on for span in spans))}"]
    told += [f"Now: {span.label}, until {long_day(span.ends_on)}" for span in now]
    if today >= first:
        told.append(f"Today is day {(today - first).days + 1}")
    return ". ".join(told) + "."
