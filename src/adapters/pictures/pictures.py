"""The three pictures of a set of models on the same shipments."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from adapters.pictures.calibration import draw_calibration
from adapters.pictures.curves import draw_precision_recall, draw_roc
from delay_core.ports import pictures as port


class Pictures(port.Pictures):
    """Equal labels and probabilities give equal bytes, with the same version of matplotlib."""

    def draw(self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> Mapping[str, bytes]:
        return {
            "calibration.png": draw_calibration(labels, probabilities),
            "roc.png": draw_roc(labels, probabilities),
            "precision_recall.png": draw_precision_recall(labels, probabilities),
        }
