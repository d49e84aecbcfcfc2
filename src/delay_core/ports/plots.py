"""Plots of how good models are, and of what moves one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from delay_core.reports import Importance


@dataclass(frozen=True)
class Plot:
    """A PNG with the name of its file and a caption."""

    name: str
    caption: str
    png: bytes = field(repr=False)


class EvaluationPlots(Protocol):
    """Draws PNGs of one set of rows; the same input gives the same bytes.

    `labels` [rows] hold both classes; `probabilities` has an array [rows] for each model, which is one line.
    """

    def draw_calibration(self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
        """The share of late rows over the probability, and the distribution of probabilities."""
        ...

    def draw_roc(self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
        """The ROC curves."""
        ...

    def draw_precision_recall(
        self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]
    ) -> bytes:
        """Precision over recall."""
        ...

    def draw_importance(self, importances: Sequence[Importance]) -> bytes:
        """A bar for each column, in the given order; at least one."""
        ...

    def draw_dependence(self, source: str, values: Mapping[str, NDArray[Any]], points: NDArray[np.float64]) -> bytes:
        """The points [rows] by which a column moved predictions, over its values; at least one row.

        `values` has an array [rows] for each axis to draw over, by the label of the axis: float64 with NaN, str or
        None, or UTC datetime64 with NaT.
        """
        ...
