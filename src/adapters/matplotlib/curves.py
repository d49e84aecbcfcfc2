"""ROC and precision-recall curves: the late shipments that a threshold finds, and what that costs."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from adapters.matplotlib.canvas import dress, label, legend, new_figure, png, reference, styles
from delay_core.evaluation import RankedRows
from delay_core.evaluation.metrics import average_precision, roc_auc

MAX_POINTS = 2_000
"""Points of a line in each direction; more cannot be seen."""


def draw_roc(labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
    """The share of late shipments that are flagged over the share of on-time ones, for every threshold."""
    figure = new_figure(height=6.4)
    axes = figure.subplots()
    for (name, predicted), style in zip(probabilities.items(), styles(), strict=False):
        false_positives, true_positives, _ = roc_curve(labels, predicted)
        points = _thin_out(false_positives + true_positives)
        text = f"{label(name)}  (ROC-AUC {roc_auc(RankedRows(labels, predicted)):.3f})"
        axes.plot(
            false_positives[points],
            true_positives[points],
            color=style.color,
            linestyle=style.dash,
            linewidth=1.9,
            label=text,
        )
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
    """The share of flagged shipments that are late over the share of late ones that are flagged."""
    figure = new_figure(height=5.6)
    axes = figure.subplots()
    for (name, predicted), style in zip(probabilities.items(), styles(), strict=False):
        precision, recall, _ = precision_recall_curve(labels, predicted)
        # At recall 0 precision is undefined: the precision at the lowest recall above 0 extends to 0.
        defined = recall > 0
        precision, recall = np.append(precision[defined], precision[defined][-1]), np.append(recall[defined], 0.0)
        points = _thin_out(recall)
        text = f"{label(name)}  (average precision {average_precision(RankedRows(labels, predicted)):.3f})"
        axes.step(
            recall[points],
            precision[points],
            where="pre",
            color=style.color,
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


def _share(label: str, rows: NDArray[np.bool_]) -> str:
    return f"{label} (% of {int(rows.sum()):,})"


def _thin_out(coordinate: NDArray[np.float64]) -> NDArray[np.intp]:
    """Indices of points that are at least 1/2000 of the range apart on a monotone coordinate, and of both ends."""
    steps = np.round(coordinate / max(coordinate[0], coordinate[-1]) * MAX_POINTS)
    distinct = np.flatnonzero(np.r_[True, steps[1:] != steps[:-1]])
    return np.union1d(distinct, [0, len(coordinate) - 1])
