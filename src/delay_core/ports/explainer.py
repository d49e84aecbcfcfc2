"""Explains models: how much each feature of a shipment contributed to its score."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Scale = Literal["log_odds", "probability"]
"""What contributions add up to: the log-odds of the model's probability (natural logarithm), or that probability."""


@dataclass(frozen=True)
class Contributions:
    """What each feature contributed to a shipment's score, on the scale `scale`.

    `base` is the average score over the training rows; `values` [rows, features] are float64. `base` plus the values of
    a row is the model's score of that row, before calibration.
    """

    base: float
    values: NDArray[np.float64]
    scale: Scale

    @property
    def scores(self) -> NDArray[np.float64]:
        """The model's score of each row [rows], on the scale."""
        total: NDArray[np.float64] = self.base + self.values.sum(axis=1)
        return total


class Explainer(Protocol):
    """Explains one model. Thread-safe."""

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        """Contributions for a matrix [rows, features] without NaN. A row gets the same ones alone and in any batch."""
        ...


class ModelExplainer(Protocol):
    """Reads models in order to explain them, without executing code from them."""

    def load(self, model: bytes, n_features: int) -> Explainer:
        """An explainer of a model with this number of features.

        Raises BundleError if the bytes are not such a model, or if they lack what an explanation needs, such as the
        number of training rows per node of a tree.
        """
        ...
