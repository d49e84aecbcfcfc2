"""What all plots have in common: size, colors, legend, and PNG bytes that depend on the plot alone."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import cycle
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from adapters.matplotlib.layout import arrange_axes

DPI = 130
_COMPRESS_LEVEL = 3
"""Half of the time of the default, 6; files are a tenth larger."""

_MAX_COLUMN_LENGTH = 52
"""Characters of a text that fits into one of two columns of a legend."""


class Style(NamedTuple):
    """How a model's line looks. Lines differ in color, dash and marker, so they can be distinguished without colors."""

    color: str
    dash: str | tuple[int, tuple[int, ...]]
    marker: str


_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
"""Okabe and Ito's colors, which color-blind people can distinguish, without the yellow, which is too faint on white."""

MAIN_COLOR = _COLORS[0]
"""Of a plot that shows one thing."""
CONTRAST_COLOR = _COLORS[1]

_DASHES: Sequence[str | tuple[int, tuple[int, ...]]] = ("-", (0, (5, 2)), (0, (6, 2, 1, 2)), (0, (1, 1)), (0, (9, 3)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def styles() -> Iterator[Style]:
    """A style for each model, in their order."""
    return (Style(*parts) for parts in zip(cycle(_COLORS), cycle(_DASHES), cycle(_MARKERS)))


def new_figure(height: float) -> Figure:
    """An empty figure 7.5 inches wide, white independent of the user's matplotlib settings."""
    return Figure(figsize=(7.5, height), dpi=DPI, facecolor="white")


def dress(axes: Axes, title: str, x_label: str, y_label: str) -> None:
    """Add the title, the labels of both axes, and a faint grid."""
    axes.set_title(title, loc="left", y=1.0, fontsize=12, fontweight="bold")  # y: else matplotlib measures to find it
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.grid(color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def reference() -> dict[str, Any]:
    """The style of a reference line: thin and dashed, above the models, so that it shows where they overlap."""
    return {"color": "#3a3a3a", "linewidth": 1.1, "linestyle": (0, (3, 3)), "zorder": 4}


def legend(figure: Figure, axes: Axes) -> None:
    """Add the legend below the plot, where it covers no line."""
    lines, texts = axes.get_legend_handles_labels()
    columns = 2 if max(map(len, texts)) <= _MAX_COLUMN_LENGTH else 1
    figure.legend(lines, texts, loc="lower center", ncols=columns, fontsize=9, frameon=False, handlelength=3.2)


def label(text: str) -> str:
    """A name that is shown unchanged: a dollar sign would begin a formula, a leading underscore would hide the line."""
    plain = text.replace("$", r"\$")
    return f"\u200b{plain}" if plain.startswith("_") else plain


def shortened(text: str, max_length: int) -> str:
    """A name that is shown unchanged, without its middle if it is longer than this."""
    plain = " ".join(text.split())
    if len(plain) > max_length:
        tail = max_length // 3
        plain = f"{plain[: max_length - tail - 1]}…{plain[-tail:]}"
    return label(plain)


def png(figure: Figure) -> bytes:
    """PNG bytes without the version of the library; without transparency, they are encoded twice as fast."""
    canvas: Any = FigureCanvasAgg(figure)  # its methods have no types
    arrange_axes(figure, canvas.get_renderer())
    canvas.draw()
    target = BytesIO()
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]
    Image.fromarray(pixels).save(target, "PNG", compress_level=_COMPRESS_LEVEL, dpi=(DPI, DPI))
    return target.getvalue()
