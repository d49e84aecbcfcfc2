"""What every picture has in common: size, colours, legend, and PNG bytes that depend on nothing but the picture."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import cycle
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 130

_WIDEST = 52
"""Characters that fit beside as many in a legend of two columns."""


class Style(NamedTuple):
    """How a model's line looks: told apart by colour, dash and marker, so also without colours."""

    colour: str
    dash: str | tuple[int, tuple[int, ...]]
    marker: str


_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
"""Okabe and Ito's, which colour-blind people tell apart; without their yellow, too faint on white."""

MAIN_COLOUR = _COLOURS[0]
"""Of a picture that shows one thing."""
CONTRAST_COLOUR = _COLOURS[1]

_DASHES: Sequence[str | tuple[int, tuple[int, ...]]] = ("-", (0, (5, 2)), (0, (6, 2, 1, 2)), (0, (1, 1)), (0, (9, 3)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def styles() -> Iterator[Style]:
    """A style for each model, in the order in which they are given."""
    return (Style(*parts) for parts in zip(cycle(_COLOURS), cycle(_DASHES), cycle(_MARKERS)))


def new_figure(height: float) -> Figure:
    """An empty figure 7.5 inches wide, white whatever the user's matplotlib settings say."""
    figure = Figure(figsize=(7.5, height), dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def dress(axes: Axes, title: str, across: str, upwards: str) -> None:
    """Title, labels of both axes, and a faint grid."""
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold")
    axes.set_xlabel(across)
    axes.set_ylabel(upwards)
    axes.grid(color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def reference() -> dict[str, Any]:
    """How a line of comparison looks: thin and dashed, above the models, so that it shows where one lies on it."""
    return {"color": "#3a3a3a", "linewidth": 1.1, "linestyle": (0, (3, 3)), "zorder": 4}


def legend(figure: Figure, axes: Axes) -> None:
    """Below the picture, where it hides no line."""
    lines, texts = axes.get_legend_handles_labels()
    columns = 2 if max(map(len, texts)) <= _WIDEST else 1
    figure.legend(lines, texts, loc="outside lower center", ncols=columns, fontsize=9, frameon=False, handlelength=3.2)


def label(text: str) -> str:
    """A name as it stands: a dollar sign would begin a formula, a leading underscore hide the line."""
    plain = text.replace("$", r"\$")
    return f"\u200b{plain}" if plain.startswith("_") else plain


def shortened(text: str, longest: int) -> str:
    """A name as it stands, its middle left out where it is longer than so many characters."""
    plain = " ".join(text.split())
    if len(plain) > longest:
        tail = longest // 3
        plain = f"{plain[: longest - tail - 1]}…{plain[-tail:]}"
    return label(plain)


def png(figure: Figure) -> bytes:
    """PNG bytes, without the version of the library that drew them."""
    target = BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()
