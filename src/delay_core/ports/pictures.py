"""Pictures of how good a model is, for people who would rather look than read."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Pictures(Protocol):
    """Draws on the labels and probabilities of one set of rows."""

    def draw(self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> Mapping[str, bytes]:
        """File name → PNG: `calibration.png`, `roc.png`, `precision_recall.png`, one line per model.

        `labels` [rows] hold both classes; each array of probabilities is [rows].
        """
        ...
