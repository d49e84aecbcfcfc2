"""Contributions in a constant: there are none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.ports import explainer as port
from delay_core.ports.explainer import Contributions


@dataclass(frozen=True)
class ConstantExplainer(port.Explainer):
    """The late rate is the same for every shipment, so no feature moves it."""

    rate: float
    features: int

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        return Contributions(self.rate, np.zeros((len(features), self.features)), "probability")
