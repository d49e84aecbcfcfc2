"""The plots of a training, with their file names and captions."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.plots import EvaluationPlots, Plot
from delay_core.training.explanations import HoldoutExplanations

MAX_DEPENDENCE_PLOTS = 6
"""Only the most important columns have a plot of their own."""


def draw_plots(
    plots: EvaluationPlots,
    labels: NDArray[np.int8],
    predictions: Mapping[str, NDArray[np.float64]],
    explanations: HoldoutExplanations,
) -> Iterator[Plot]:
    """The test rows' labels [rows] and each model's probabilities [rows], then what moves the model that serves."""
    yield Plot(
        "calibration.png",
        "Calibration on the test rows: how often shipments of a probability were late",
        plots.draw_calibration(labels, predictions),
    )
    yield Plot("roc.png", "ROC curves on the test rows", plots.draw_roc(labels, predictions))
    yield Plot(
        "precision_recall.png",
        "Precision and recall on the test rows",
        plots.draw_precision_recall(labels, predictions),
    )
    importances = explanations.importances
    yield Plot(
        "importance.png",
        "How much each column moves a prediction, on average",
        plots.draw_importance(importances),
    )
    for number, importance in enumerate(importances[:MAX_DEPENDENCE_PLOTS], 1):
        source = importance.source
        yield Plot(
            f"dependence-{number}.png",
            "How the values of a column move predictions: each point is a test shipment",
            plots.draw_dependence(source, explanations.axes(source), explanations.points(source)),
        )
