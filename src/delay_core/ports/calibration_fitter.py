"""Learning a calibration map."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import Calibrator, Method


class CalibrationFitter(Protocol):
    """Fits maps from a model's own probabilities to what happened. Deterministic: the same bits on one core and on two.

    No map turns ranks round: where lower probabilities went with later shipments, it is flat. No answer is 0 or 1,
    however well a model separates the classes.
    """

    def fit(self, method: Method, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Calibrator:
        """The map of this method that fits best: least log-loss, or least squares if isotonic.

        Labels [rows] of zeros and ones, both present, and the probabilities [rows] that a model gave to rows which it
        had not learned from. Raises TrainingRefused where the rows hold one class only.
        """
        ...
