"""Curves as SVG inside a page: no library, no script, sharp at any size."""

import math
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 92, 14, 14, 40
LINES = 4
Points = Sequence[tuple[int, float]]


def chart(title: str, curves: Sequence[tuple[str, Points]]) -> str:
    """Some curves over the epochs in one frame; what is no number leaves a gap.

    Args:
        curves: the name of each, which is also its class for the page's colours.
    """
    known = [value for _, points in curves for _, value in points if math.isfinite(value)]
    epochs = [epoch for _, points in curves for epoch, _ in points]
    if not known:
        return ""
    low, high = min(known), max(known)
    room = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    low, high = low - room, high + room
    first, last = min(epochs), max(epochs)

    def x(epoch: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (epoch - first) / max(last - first, 1)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    for step in range(LINES + 1):
        value = low + (high - low) * step / LINES
        parts.append(f'<path class="grid" d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}"/>')
        label = f"{value:.4g}"
        parts.append(f'<text x="{LEFT - 8}" y="{y(value) + 6:.1f}" class="y">{label}</text>')
    for epoch in sorted({first, (first + last) // 2, last}):
        parts.append(f'<text x="{x(epoch):.1f}" y="{HEIGHT - 8}" class="x">{epoch}</text>')
    for number, (_, points) in enumerate(curves):
        place = [(x(epoch), y(value)) if math.isfinite(value) else None for epoch, value in points]
        parts.append(f'<path class="curve c{number}" d="{_path(place)}"/>')
        dots = (f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="3"/>' for p in place if p)
        parts.append(f'<g class="dots c{number}">{"".join(dots)}</g>')
    legend = " ".join(f'<span class="c{n}">●</span> {escape(c[0])}' for n, c in enumerate(curves))
    body = "".join(parts)
    return f"<figure><figcaption>{escape(title)} &nbsp; {legend}</figcaption>{body}</svg></figure>"


def _path(place: Sequence[tuple[float, float] | None]) -> str:
    """A line that is lifted where a point is missing."""
    words, down = [], False
    for point in place:
        if point is not None:
            words.append(f"{'L' if down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        down = point is not None
    return "".join(words)
