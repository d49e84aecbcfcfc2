"""Points by category: one row each, with its spread."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from adapters.matplotlib.canvas import CONTRAST_COLOR, MAIN_COLOR, shortened

MAX_ROWS = 12
"""The last row holds all less frequent categories together."""
MAX_LABEL_LENGTH = 40


def spread_height(values: NDArray[np.object_]) -> float:
    """The inches that the rows need."""
    return 1.3 + 0.34 * min(len(set(values)), MAX_ROWS)


def draw_spread(axes: Axes, values: NDArray[np.object_], points: NDArray[np.float64]) -> None:
    """Values [rows] of str or None. The bar contains half of a category's shipments, the line nine tenths."""
    rows = list(_rows(values, points))
    positions = np.arange(len(rows))
    quantiles = np.array([np.quantile(row_points, (0.05, 0.25, 0.5, 0.75, 0.95)) for _, row_points in rows])
    low, quarter, median, three_quarters, high = quantiles.T
    axes.hlines(positions, low, high, color=MAIN_COLOR, linewidth=1.4, label="9 of 10 shipments")
    half = three_quarters - quarter
    axes.barh(positions, half, left=quarter, height=0.52, color=MAIN_COLOR, alpha=0.55, label="half of them")
    axes.vlines(median, positions - 0.3, positions + 0.3, color=CONTRAST_COLOR, linewidth=2.4, zorder=5, label="median")
    axes.set_yticks(positions, [f"{name}  ({len(row_points):,})" for name, row_points in rows], fontsize=9)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.4, -0.6)


def _rows(values: NDArray[np.object_], points: NDArray[np.float64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """The name and the points of each row, the highest median first; less frequent categories are the last row."""
    by_frequency = sorted(Counter(values.tolist()).items(), key=lambda item: (-item[1], str(item[0])))
    codes = {value: code for code, (value, _) in enumerate(by_frequency)}
    row_codes = np.array([codes[value] for value in values])
    frequent = by_frequency if len(by_frequency) <= MAX_ROWS else by_frequency[: MAX_ROWS - 1]
    by_value = {value: points[row_codes == codes[value]] for value, _ in frequent}
    for value in sorted(by_value, key=lambda value: -float(np.median(by_value[value]))):
        yield "(missing)" if value is None else shortened(value, MAX_LABEL_LENGTH), by_value[value]
    if len(frequent) < len(by_frequency):
        yield f"({len(by_frequency) - len(frequent):,} rarer ones)", points[row_codes >= len(frequent)]
