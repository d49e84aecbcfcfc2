"""Points over numbers or times: a dot for each shipment, and the running median."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from adapters.matplotlib.canvas import CONTRAST_COLOR, MAIN_COLOR

Floats = NDArray[np.float64]

MAX_DOTS = 3_000
MEDIAN_BINS = 20
MAX_DISCRETE_VALUES = 31
"""With at most so many distinct numbers, each has its own median: hours, weekdays, days of a month."""
MIN_LOG_RATIO = 20
"""The axis is logarithmic if the 99.5th percentile is more than this multiple of the median."""


def draw_trend(axes: Axes, values: NDArray[Any], points: Floats) -> None:
    """Values [rows]: float64 with NaN, or UTC datetime64 with NaT. A text gives the share of missing values."""
    is_time = values.dtype.kind == "M"
    missing = np.isnat(values) if is_time else np.isnan(values)
    if missing.any():
        text = f"missing in {100 * missing.mean():.3g} %: median {np.median(points[missing]):+.1f} points"
        axes.text(0.99, 0.985, text, transform=axes.transAxes, ha="right", va="top", fontsize=9, color="#3a3a3a")
    axes.plot([], [], "o", color=MAIN_COLOR, alpha=0.6, markersize=4.5, label="a shipment")
    present = values[~missing]
    x: Floats = np.asarray(date2num(present) if is_time else present, dtype=np.float64)  # type: ignore[no-untyped-call] # matplotlib's
    if not len(x):
        axes.set_xticks([])
        return
    y, distinct = points[~missing], np.unique(x)
    is_discrete = len(distinct) <= MAX_DISCRETE_VALUES
    dots = np.linspace(0, len(x) - 1, min(len(x), MAX_DOTS)).astype(int)
    dots_x = x[dots] + (_jitter(distinct, len(dots)) if is_discrete else 0.0)
    axes.plot(dots_x, y[dots], ".", color=MAIN_COLOR, alpha=0.3, markersize=4.5, markeredgewidth=0)
    medians, marker = _medians(x, y, distinct), "o" if is_discrete else None
    axes.plot(*medians, color=CONTRAST_COLOR, linewidth=2, marker=marker, markersize=4.5, label="median")
    if is_time:
        locator = AutoDateLocator(minticks=4, maxticks=8)  # type: ignore[no-untyped-call] # matplotlib's
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call] # matplotlib's
    else:
        _scale(axes, x, distinct)


def _medians(x: Floats, y: Floats, distinct: Floats) -> tuple[Floats, Floats]:
    """The medians of x and y for each distinct value, or for bins of equal counts if there are many values."""
    quantiles = np.arange(MEDIAN_BINS) / MEDIAN_BINS
    edges = distinct if len(distinct) <= MAX_DISCRETE_VALUES else np.unique(np.quantile(x, quantiles))
    bins = np.searchsorted(edges, x, side="right")
    groups = [bins == index for index in np.unique(bins)]
    return np.array([np.median(x[rows]) for rows in groups]), np.array([np.median(y[rows]) for rows in groups])


def _jitter(distinct: Floats, dots: int) -> Floats:
    """Small offsets, so that dots of one number do not cover each other; the same offsets each time."""
    gap = float(np.diff(distinct).min()) if len(distinct) > 1 else 1.0
    return np.random.default_rng(0).uniform(-0.3, 0.3, dots) * gap


def _scale(axes: Axes, x: Floats, distinct: Floats) -> None:
    """Choose the scale of the axis so that rare extreme values do not compress the others."""
    low, median, high = np.quantile(x, (0.005, 0.5, 0.995))
    if len(distinct) <= MAX_DISCRETE_VALUES:
        if (distinct == distinct.round()).all():
            axes.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 2, 3, 5, 6, 10], integer=True))
    elif distinct[0] >= 0 and high > MIN_LOG_RATIO * median:
        _make_logarithmic(axes, distinct, high)
    elif low < high:
        margin = 0.03 * (high - low)
        axes.set_xlim(low - margin, high + margin)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def _make_logarithmic(axes: Axes, distinct: Floats, high: float) -> None:
    """If there are zeros, the axis is linear from zero to the smallest number above it."""
    if distinct[0] > 0:
        axes.set_xscale("log")
    else:
        linear_limit = max(float(distinct[1]), high / 1e5)
        axes.set_xscale("symlog", linthresh=linear_limit)
        axes.set_xlim(left=-linear_limit / 3)
    axes.xaxis.set_minor_formatter(NullFormatter())
