"""Shapley values of a linear model and of a constant."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.ports import explainer as port
from delay_core.ports.explainer import Contributions


@dataclass(frozen=True)
class LinearExplainer(port.Explainer):
    """Log-odds `base + (features - means) @ weights`: exact Shapley values of independent features.

    `means` [features] are the training means, `weights` [features] the coefficients, `base` the log-odds at the means.
    All are float64.
    """

    means: NDArray[np.float64]
    weights: NDArray[np.float64]
    base: float

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        return Contributions(self.base, (features - self.means) * self.weights, "log_odds")


@dataclass(frozen=True)
class ConstantExplainer(port.Explainer):
    """The same probability for every shipment: no feature contributes."""

    probability: float
    n_features: int

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        return Contributions(self.probability, np.zeros((len(features), self.n_features)), "probability")
