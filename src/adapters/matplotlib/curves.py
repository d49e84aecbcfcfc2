"""ROC and precision-recall: what a threshold finds, and what it costs."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from adapters.matplotlib.canvas import dress, label, legend, new_figure, png, reference, styles
from delay_core.evaluation import RankedRows
from delay_core.evaluation.metrics import average_precision, roc_auc

_FINEST = 2_000
"""Points that a line keeps at most, in each direction: more cannot be seen."""


def draw_roc(labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
    """Late shipments found over on-time shipments bothered, for every threshold."""
    figure = new_figure(height=6.4)
    axes = figure.subplots()
    for (name, predicted), style in zip(probabilities.items(), styles(), strict=False):
        bothered, found, _ = roc_curve(labels, predicted)
        kept = _thinned(bothered + found)
        text = f"{label(name)}  (ROC-AUC {roc_auc(RankedRows(labels, predicted)):.3f})"
        axes.plot(bothered[kept], found[kept], color=style.colour, linestyle=style.dash, linewidth=1.9, label=text)
    axes.plot([0, 1], [0, 1], **reference(), label="guessing  (ROC-AUC 0.500)")
    dress(
        axes, "ROC curve", _share("On-time shipments flagged", labels == 0), _share("Late shipments found", labels == 1)
    )
    axes.set(xlim=(0, 1), ylim=(0, 1.005), aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, symbol=""))
    legend(figure, axes)
    return png(figure)


def draw_precision_recall(labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
    """How many of the flagged shipments are late, over how many late ones are found."""
    figure = new_figure(height=5.6)
    axes = figure.subplots()
    for (name, predicted), style in zip(probabilities.items(), styles(), strict=False):
        precision, recall, _ = precision_recall_curve(labels, predicted)
        # Where nothing late is found yet there is nothing to say; the first find's precision reaches back to recall 0.
        finds = recall > 0
        precision, recall = np.append(precision[finds], precision[finds][-1]), np.append(recall[finds], 0.0)
        kept = _thinned(recall)
        text = f"{label(name)}  (average precision {average_precision(RankedRows(labels, predicted)):.3f})"
        axes.step(
            recall[kept],
            precision[kept],
            where="pre",
            color=style.colour,
            linestyle=style.dash,
            linewidth=1.9,
            label=text,
        )
    rate = float(labels.mean())
    axes.axhline(rate, **reference(), label=f"flagging everyone  (late rate {rate:.3f})")
    dress(
        axes, "Precision and recall", _share("Late shipments found", labels == 1), "Flagged shipments that are late (%)"
    )
    axes.set(xlim=(0, 1), ylim=(0, 1.005))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, symbol=""))
    legend(figure, axes)
    return png(figure)


def _share(what: str, rows: NDArray[np.bool_]) -> str:
    return f"{what} (% of {int(rows.sum()):,})"


def _thinned(along: NDArray[np.float64]) -> NDArray[np.intp]:
    """Points [kept] that lie at least a 2,000th of the range apart on a monotone coordinate; both ends stay."""
    steps = np.round(along / max(along[0], along[-1]) * _FINEST)
    kept = np.flatnonzero(np.r_[True, steps[1:] != steps[:-1]])
    return np.union1d(kept, [0, len(along) - 1])
