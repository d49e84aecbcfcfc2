"""How the points of a column depend on what it holds."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from adapters.matplotlib.canvas import dress, legend, new_figure, png, reference, shortened
from adapters.matplotlib.spread import draw_spread, height_of
from adapters.matplotlib.trend import draw_trend

_POINTS = "Points added to the probability"
_NAME, _LABEL = 46, 80
"""Characters that fit into the title, and below a panel."""


def draw_dependence(source: str, values: Mapping[str, NDArray[Any]], points: NDArray[np.float64]) -> bytes:
    """A panel for each thing to draw over, below each other, all on one scale of points."""
    heights = [height_of(held) if held.dtype == object else 3.2 for held in values.values()]
    figure = new_figure(height=0.6 + sum(heights))
    panels = figure.subplots(len(values), 1, squeeze=False, height_ratios=heights)[:, 0]
    for panel, (name, held) in zip(panels, values.items(), strict=True):
        title = f"How {shortened(source, _NAME)} moves predictions" if panel is panels[0] else ""
        if held.dtype == object:
            draw_spread(panel, held, points)
            dress(panel, title, _POINTS, "")
            panel.grid(visible=False, axis="y")
            panel.axvline(0, **reference())
            panel.xaxis.set_major_formatter(FuncFormatter(_signed))
        else:
            draw_trend(panel, held, points)
            dress(panel, title, shortened(name, _LABEL), _POINTS)
            panel.axhline(0, **reference())
            panel.yaxis.set_major_formatter(FuncFormatter(_signed))
            _fit(panel, points)
    legend(figure, panels[0])
    return png(figure)


def _fit(panel: Axes, points: NDArray[np.float64]) -> None:
    """All points, and at least one to either side: what hardly moves anything must look so."""
    lowest, highest = min(-1.0, float(points.min())), max(1.0, float(points.max()))
    edge = 0.05 * (highest - lowest)
    panel.set_ylim(lowest - edge, highest + edge)


def _signed(value: float, _: int) -> str:
    return "0" if abs(value) < 1e-9 else f"{value:+g}"
