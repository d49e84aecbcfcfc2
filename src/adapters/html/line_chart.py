"""Lines over time with their intervals, as SVG inside a page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

_WIDTH, _HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 10, 24
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a moment, with its interval."""

    moment: datetime
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """Points in the order of time. `style` is a class of the style sheet."""

    name: str
    style: str
    points: Sequence[Point]


def line_chart(title: str, lines: Sequence[Line]) -> str:
    """The lines with their legend; nothing if no line has two points."""
    points = [point for line in lines for point in line.points]
    if max((len(line.points) for line in lines), default=0) <= 1:
        return ""
    axes = _Axes(
        min(point.moment for point in points),
        max(point.moment for point in points),
        _round_up(max(point.high for point in points)),
    )
    drawn = "".join(_draw(line, axes) for line in lines if line.points)
    legend = "".join(f'<span class="{line.style}">{escape(line.name)}</span>' for line in lines if line.points)
    return (
        f'<figure class="chart"><figcaption>{escape(title)} {legend}</figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{axes.grid()}{drawn}</svg></figure>"
    )


def _round_up(value: float) -> float:
    """The next number with one digit that four ticks divide well; 1 for zero and less."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)


@dataclass(frozen=True, slots=True)
class _Axes:
    first: datetime
    last: datetime
    top: float

    def x(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - min(value / self.top, 1.0) * (_HEIGHT - _BOTTOM - _TOP)

    def grid(self) -> str:
        levels = [(value, self.y(value)) for value in (self.top * number / _TICKS for number in range(_TICKS + 1))]
        lines = "".join(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>'
            for value, y in levels
        )
        ends = ((self.first, "start"), (self.last, "end"))
        return lines + "".join(
            f'<text x="{self.x(moment):.1f}" y="{_HEIGHT - 6}" text-anchor="{anchor}">{moment:%Y-%m-%d}</text>'
            for moment, anchor in ends
        )


def _draw(line: Line, axes: _Axes) -> str:
    upper = [f"{axes.x(point.moment):.1f},{axes.y(point.high):.1f}" for point in line.points]
    lower = [f"{axes.x(point.moment):.1f},{axes.y(point.low):.1f}" for point in reversed(line.points)]
    middle = [f"{axes.x(point.moment):.1f},{axes.y(point.value):.1f}" for point in line.points]
    dots = "".join(
        f'<circle cx="{axes.x(point.moment):.1f}" cy="{axes.y(point.value):.1f}" r="2.5">'
        f"<title>{point.moment:%Y-%m-%d %H:%M}: {point.value:.3f} [{point.low:.3f}, {point.high:.3f}]</title></circle>"
        for point in line.points
    )
    return (
        f'<g class="{line.style}"><polygon points="{" ".join(upper + lower)}"/>'
        f'<polyline points="{" ".join(middle)}"/>{dots}</g>'
    )
