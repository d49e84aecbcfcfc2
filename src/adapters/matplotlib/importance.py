"""By how much each column moves predictions: a bar for each."""

from collections.abc import Sequence

from adapters.matplotlib.canvas import MAIN_COLOR, dress, new_figure, png, shortened
from delay_core.reports import Importance

MAX_NAME_LENGTH = 44
"""Characters of a column's name beside its bar."""


def draw_importance(importances: Sequence[Importance]) -> bytes:
    """Horizontal bars, the first on top, each with its number at its end."""
    figure = new_figure(height=1.3 + 0.24 * len(importances))
    axes = figure.subplots()
    points = [importance.points for importance in importances]
    names = [shortened(importance.source, MAX_NAME_LENGTH) for importance in importances]
    rows = range(len(points))
    axes.barh(rows, points, color=MAIN_COLOR, height=0.68)
    widest = max(points) or 1.0
    for row, value in zip(rows, points, strict=True):
        axes.text(value + 0.01 * widest, row, f"{value:.1f}", va="center", fontsize=8.5, color="#3a3a3a")
    axes.set_yticks(rows, names, fontsize=9)
    axes.tick_params(axis="y", length=0)
    dress(axes, "What moves predictions", "Percentage points, up or down, on average", "")
    axes.grid(visible=False, axis="y")
    axes.set(xlim=(0, 1.09 * widest), ylim=(len(points) - 0.4, -0.6))
    return png(figure)
