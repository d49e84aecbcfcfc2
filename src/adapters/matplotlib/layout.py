"""Where the axes of a figure are: one below the other, above the legend, with room for their labels.

matplotlib's constrained layout measures every label twice, which is half of the time of a plot; this measures once.
"""

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

_MARGIN_INCHES = 0.06


def arrange_axes(figure: Figure, renderer: RendererBase) -> None:
    """Move the axes so that their labels are inside the figure and above its legend."""
    boxes = [(axes.get_window_extent(renderer), _with_labels(axes, renderer)) for axes in figure.axes]
    above = [labels.y1 - axes.y1 for axes, labels in boxes]
    below = [axes.y0 - labels.y0 for axes, labels in boxes]
    margin = _MARGIN_INCHES * figure.dpi
    width, height = figure.bbox.size
    legend_top = max((legend.get_window_extent(renderer).y1 for legend in figure.legends), default=0.0)
    left = margin + max(axes.x0 - labels.x0 for axes, labels in boxes)
    right = width - margin - max(labels.x1 - axes.x1 for axes, labels in boxes)
    bottom = legend_top + margin + below[-1]
    top = height - margin - above[0]
    gaps = (below[upper] + above[upper + 1] for upper in range(len(boxes) - 1))
    gap = margin + max(gaps, default=0.0)
    mean_height = (top - bottom - gap * (len(boxes) - 1)) / len(boxes)
    figure.subplots_adjust(left / width, bottom / height, right / width, top / height, hspace=gap / mean_height)


def _with_labels(axes: Axes, renderer: RendererBase) -> Bbox:
    """Pixels of the axes and everything beside them; axes that are not visible have nothing beside them."""
    return axes.get_tightbbox(renderer, for_layout_only=True) or axes.get_window_extent(renderer)
