"""Pictures of how good a model is, and of what moves it, for people who would rather look than read."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from delay_core.reports import Importance


class EvaluationPlots(Protocol):
    """Draws on the labels and probabilities, or on the explanations, of one set of rows."""

    def draw(self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> Mapping[str, bytes]:
        """File name → PNG: `calibration.png`, `roc.png`, `precision_recall.png`, one line per model.

        `labels` [rows] hold both classes; each array of probabilities is [rows].
        """
        ...

    def draw_importance(self, importances: Sequence[Importance]) -> bytes:
        """A PNG with a bar for each column, in the order given; at least one."""
        ...

    def draw_dependence(self, source: str, values: Mapping[str, NDArray[Any]], points: NDArray[np.float64]) -> bytes:
        """A PNG of the points [rows] that a column moved predictions, over what it holds; at least one row.

        `values` are what to draw them over, by what to write on the axis: arrays [rows] of float64 with NaN, of str or
        None, or of UTC datetime64 with NaT.
        """
        ...
