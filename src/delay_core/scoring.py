"""What a model that serves says: the one place where a scorer's answer becomes the bundle's."""

import numpy as np
from numpy.typing import NDArray

from delay_core.bundle import Bundle
from delay_core.ports.model_runtime import Scorer


def served_probabilities(bundle: Bundle, scorer: Scorer, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Calibrated probabilities of being late [rows], as the bundle serves them, for its encoder's [rows, features]."""
    return bundle.calibrator.apply(scorer.late_probability(features))
