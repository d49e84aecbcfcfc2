"""How the points of a column depend on its values."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from adapters.matplotlib.canvas import dress, legend, new_figure, png, reference, shortened
from adapters.matplotlib.spread import draw_spread, spread_height
from adapters.matplotlib.trend import draw_trend

_POINTS = "Points added to the probability"
MAX_TITLE_LENGTH, MAX_LABEL_LENGTH = 46, 80
"""Characters of a name in the title, and of the label of an axis."""


def draw_dependence(source: str, values: Mapping[str, NDArray[Any]], points: NDArray[np.float64]) -> bytes:
    """A panel for each axis to draw over, one below the other, all on the same scale of points."""
    heights = [spread_height(column) if column.dtype == object else 3.2 for column in values.values()]
    figure = new_figure(height=0.6 + sum(heights))
    panels = figure.subplots(len(values), 1, squeeze=False, height_ratios=heights)[:, 0]
    for panel, (name, column) in zip(panels, values.items(), strict=True):
        title = f"How {shortened(source, MAX_TITLE_LENGTH)} moves predictions" if panel is panels[0] else ""
        if column.dtype == object:
            draw_spread(panel, column, points)
            dress(panel, title, _POINTS, "")
            panel.grid(visible=False, axis="y")
            panel.axvline(0, **reference())
            panel.xaxis.set_major_formatter(FuncFormatter(_signed))
        else:
            draw_trend(panel, column, points)
            dress(panel, title, shortened(name, MAX_LABEL_LENGTH), _POINTS)
            panel.axhline(0, **reference())
            panel.yaxis.set_major_formatter(FuncFormatter(_signed))
            _set_limits(panel, points)
    legend(figure, panels[0])
    return png(figure)


def _set_limits(panel: Axes, points: NDArray[np.float64]) -> None:
    """Show all points, and at least one to each side, so that a small effect looks small."""
    lowest, highest = min(-1.0, float(points.min())), max(1.0, float(points.max()))
    margin = 0.05 * (highest - lowest)
    panel.set_ylim(lowest - margin, highest + margin)


def _signed(value: float, _: int) -> str:
    return "0" if abs(value) < 1e-9 else f"{value:+g}"
