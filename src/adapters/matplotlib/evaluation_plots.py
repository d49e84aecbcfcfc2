"""Plots of a set of models on the same shipments, and of what moves one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adapters.matplotlib.calibration import draw_calibration
from adapters.matplotlib.curves import draw_precision_recall, draw_roc
from adapters.matplotlib.dependence import draw_dependence
from adapters.matplotlib.importance import draw_importance
from delay_core.ports import plots as port
from delay_core.reports import Importance


class EvaluationPlots(port.EvaluationPlots):
    """The same input gives the same bytes with the same version of matplotlib."""

    def draw_calibration(self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
        return draw_calibration(labels, probabilities)

    def draw_roc(self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
        return draw_roc(labels, probabilities)

    def draw_precision_recall(
        self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]
    ) -> bytes:
        return draw_precision_recall(labels, probabilities)

    def draw_importance(self, importances: Sequence[Importance]) -> bytes:
        return draw_importance(importances)

    def draw_dependence(self, source: str, values: Mapping[str, NDArray[Any]], points: NDArray[np.float64]) -> bytes:
        return draw_dependence(source, values, points)
