"""Points over numbers or times: a dot for each shipment, and the median along the way."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from adapters.matplotlib.canvas import CONTRAST_COLOUR, MAIN_COLOUR

Floats = NDArray[np.float64]

_MOST_DOTS = 3_000
_BINS = 20
_FEW = 31
"""Distinct numbers that each have a median of their own: hours, weekdays, days of a month."""
_SKEWED = 20
"""The 99th percentile as a multiple of the median from which the axis is logarithmic."""


def draw_trend(axes: Axes, values: NDArray[Any], points: Floats) -> None:
    """Numbers [rows] with NaN, or UTC times with NaT; what is missing is told in words."""
    is_time = values.dtype.kind == "M"
    missing = np.isnat(values) if is_time else np.isnan(values)
    if missing.any():
        told = f"missing in {100 * missing.mean():.3g} %: median {np.median(points[missing]):+.1f} points"
        axes.text(0.99, 0.985, told, transform=axes.transAxes, ha="right", va="top", fontsize=9, color="#3a3a3a")
    axes.plot([], [], "o", color=MAIN_COLOUR, alpha=0.6, markersize=4.5, label="a shipment")
    present = values[~missing]
    held: Floats = np.asarray(date2num(present) if is_time else present, dtype=np.float64)  # type: ignore[no-untyped-call] # matplotlib's
    if not len(held):
        axes.set_xticks([])
        return
    moved, distinct = points[~missing], np.unique(held)
    few = len(distinct) <= _FEW
    dots = np.linspace(0, len(held) - 1, min(len(held), _MOST_DOTS)).astype(int)
    across = held[dots] + (_aside(distinct, len(dots)) if few else 0.0)
    axes.plot(across, moved[dots], ".", color=MAIN_COLOUR, alpha=0.3, markersize=4.5, markeredgewidth=0)
    middle = _medians(held, moved, distinct)
    axes.plot(*middle, color=CONTRAST_COLOUR, linewidth=2, marker="o" if few else None, markersize=4.5, label="median")
    if is_time:
        locator = AutoDateLocator(minticks=4, maxticks=8)  # type: ignore[no-untyped-call] # matplotlib's
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call] # matplotlib's
    else:
        _scale(axes, held, distinct)


def _medians(held: Floats, points: Floats, distinct: Floats) -> tuple[Floats, Floats]:
    """Median value and median points of each distinct value where these are few, else of bins of equal counts."""
    edges = distinct if len(distinct) <= _FEW else np.unique(np.quantile(held, np.arange(_BINS) / _BINS))
    place = np.searchsorted(edges, held, side="right")
    groups = [place == at for at in np.unique(place)]
    return np.array([np.median(held[of]) for of in groups]), np.array([np.median(points[of]) for of in groups])


def _aside(distinct: Floats, dots: int) -> Floats:
    """A little to either side, so that dots of one number do not hide each other; the same each time."""
    gap = float(np.diff(distinct).min()) if len(distinct) > 1 else 1.0
    return np.random.default_rng(0).uniform(-0.3, 0.3, dots) * gap


def _scale(axes: Axes, held: Floats, distinct: Floats) -> None:
    """What is rare and far out does not press the rest together."""
    low, middle, high = np.quantile(held, (0.005, 0.5, 0.995))
    if len(distinct) <= _FEW:
        if (distinct == distinct.round()).all():
            axes.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 2, 3, 5, 6, 10], integer=True))
    elif distinct[0] >= 0 and high > _SKEWED * middle:
        _stretch_the_small(axes, distinct, high)
    elif low < high:
        edge = 0.03 * (high - low)
        axes.set_xlim(low - edge, high + edge)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def _stretch_the_small(axes: Axes, distinct: Floats, high: float) -> None:
    """A logarithmic axis; where there are zeros, straight from zero to the smallest number above it."""
    if distinct[0] > 0:
        axes.set_xscale("log")
        return
    straight = max(float(distinct[1]), high / 1e5)
    axes.set_xscale("symlog", linthresh=straight)
    axes.set_xlim(left=-straight / 3)
