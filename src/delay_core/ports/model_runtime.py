"""Serving a model: from the bundle's bytes to probabilities."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Scorer(Protocol):
    """A loaded model; safe to call from several threads."""

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of being late [rows], each within 0 and 1, for a matrix [rows, features] without NaN."""
        ...


class ModelRuntime(Protocol):
    """Loads models; executes no code that lies in them."""

    def load(self, model: bytes, features: int) -> Scorer:
        """A scorer that reads so many features. Raises BundleError for bytes that are no such model."""
        ...
