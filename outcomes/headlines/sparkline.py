"""A figure's years in a line no taller than a word. Plain Python."""

from collections.abc import Sequence
from html import escape

from beacons.core.charts import BRAND, FLAME, HAZE, INK

WIDTH, HEIGHT, MARGIN = 180, 44, 6


def sparkline(name: str, points: Sequence[tuple[int, float]], description: str) -> str:
    """SVG of (year, value) pairs, oldest first, in their true distances; the newest is marked by its shape too."""
    if len(points) < 2:
        return ""
    years, values = [year for year, _ in points], [value for _, value in points]
    low, high = min(values), max(values)
    across = (WIDTH - 2 * MARGIN) / ((years[-1] - years[0]) or 1)
    up = (HEIGHT - 2 * MARGIN) / ((high - low) or 1)
    middle = HEIGHT / 2
    placed = [
        (MARGIN + (year - years[0]) * across, HEIGHT - MARGIN - (value - low) * up if high > low else middle)
        for year, value in points
    ]
    path = " ".join(f"{'L' if index else 'M'}{x:.1f} {y:.1f}" for index, (x, y) in enumerate(placed))
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{BRAND}"/>' for x, y in placed[:-1])
    x, y = placed[-1]
    diamond = f"{x:.1f},{y - 5:.1f} {x + 5:.1f},{y:.1f} {x:.1f},{y + 5:.1f} {x - 5:.1f},{y:.1f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="app-sparkline" role="img" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">How it has moved</title><desc id="{name}-desc">{escape(description)}</desc>'
        f'<line x1="{MARGIN}" y1="{HEIGHT - 2}" x2="{WIDTH - MARGIN}" y2="{HEIGHT - 2}" stroke="{HAZE}"/>'
        f'<path d="{path}" fill="none" stroke="{BRAND}" stroke-width="2"/>{dots}'
        f'<polygon points="{diamond}" fill="{FLAME}" stroke="{INK}"/></svg>'
    )
