"""Contributions in a linear model: by how much a feature differs from its mean, times its weight."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.ports import explainer as port
from delay_core.ports.explainer import Contributions

REFERENCE, WEIGHTS, BASE = "reference", "weights", "base"
"""The graph's constants: training means [features], weights [features, 1], log-odds of a shipment at the means [1]."""


@dataclass(frozen=True)
class LinearExplainer(port.Explainer):
    """Exact Shapley values of independent features. All arrays are float64."""

    reference: NDArray[np.float64]
    weights: NDArray[np.float64]
    base: float

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        return Contributions(self.base, (features - self.reference) * self.weights, "log_odds")
