"""Serves models: from the bytes of model.onnx to probabilities."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Scorer(Protocol):
    """A loaded model. Thread-safe."""

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Uncalibrated probabilities of being late [rows], each within 0 and 1, for a matrix [rows, features].

        The matrix has no NaN. A row gets the same bits alone and in any batch.
        """
        ...


class ModelRuntime(Protocol):
    """Loads models without executing code from them."""

    def load(self, model: bytes, n_features: int) -> Scorer:
        """A scorer of a model with this number of features. Raises BundleError if the bytes are not such a model."""
        ...
