"""What all pictures are put together from: the drawing, its scale, and figures as they are written. Plain Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from zlib import crc32

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
    """An id that starts with a letter and is the same for the same title; long titles that begin alike have their own."""
    words = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
    return f"chart-{words}" if len(words) <= 60 else f"chart-{words[:50]}-{crc32(title.encode()):08x}"


def shortened(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
