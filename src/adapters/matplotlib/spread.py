"""Points by category: one row each, with its spread."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from adapters.matplotlib.canvas import CONTRAST_COLOUR, MAIN_COLOUR, shortened

_MOST = 12
"""Rows; the last one holds all rarer categories together."""
_LONGEST = 40


def height_of(values: NDArray[np.object_]) -> float:
    """Inches that the rows need."""
    return 1.3 + 0.34 * min(len(set(values)), _MOST)


def draw_spread(axes: Axes, values: NDArray[np.object_], points: NDArray[np.float64]) -> None:
    """Texts [rows] or None. The bar holds half of a category's shipments, the line nine tenths."""
    rows = list(_rows(values, points))
    at = np.arange(len(rows))
    spreads = np.array([np.quantile(here, (0.05, 0.25, 0.5, 0.75, 0.95)) for _, here in rows])
    low, quarter, middle, three_quarters, high = spreads.T
    axes.hlines(at, low, high, color=MAIN_COLOUR, linewidth=1.4, label="9 of 10 shipments")
    half = three_quarters - quarter
    axes.barh(at, half, left=quarter, height=0.52, color=MAIN_COLOUR, alpha=0.55, label="half of them")
    axes.vlines(middle, at - 0.3, at + 0.3, color=CONTRAST_COLOUR, linewidth=2.4, zorder=5, label="median")
    axes.set_yticks(at, [f"{name}  ({len(here):,})" for name, here in rows], fontsize=9)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.4, -0.6)


def _rows(values: NDArray[np.object_], points: NDArray[np.float64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Name and points of each row, the highest median first; all that are rarer than the frequent ones last."""
    ordered = sorted(Counter(values.tolist()).items(), key=lambda of: (-of[1], str(of[0])))
    codes = {value: code for code, (value, _) in enumerate(ordered)}
    code = np.array([codes[value] for value in values])
    shown = ordered if len(ordered) <= _MOST else ordered[: _MOST - 1]
    of = {value: points[code == at] for at, (value, _) in enumerate(shown)}
    for value in sorted(of, key=lambda value: -float(np.median(of[value]))):
        yield "(missing)" if value is None else shortened(value, _LONGEST), of[value]
    if len(shown) < len(ordered):
        yield f"({len(ordered) - len(shown):,} rarer ones)", points[code >= len(shown)]
