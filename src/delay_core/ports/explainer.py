"""Explaining a model: how much each feature of a shipment moved its score."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Scale = Literal["log_odds", "probability"]
"""What contributions add up to: the log-odds of the model's probability (natural logarithm), or that itself."""


@dataclass(frozen=True)
class Contributions:
    """What each feature added to a shipment's score, on the scale named.

    `base` is the score of no shipment in particular, the average over the training rows; `values` [rows, features] are
    float64. `base` and a row's values sum to the model's own score of that row, before calibration.
    """

    base: float
    values: NDArray[np.float64]
    scale: Scale

    @property
    def scores(self) -> NDArray[np.float64]:
        """The model's own score [rows] on the scale."""
        total: NDArray[np.float64] = self.base + self.values.sum(axis=1)
        return total


class Explainer(Protocol):
    """A model that explains itself; safe to call from several threads."""

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        """The contributions of a matrix [rows, features] without NaN. A row gets the same ones alone and in a batch."""
        ...


class ModelExplainer(Protocol):
    """Reads models to explain them; executes no code that lies in them."""

    def load(self, model: bytes, features: int) -> Explainer:
        """An explainer of a model that reads so many features.

        Raises BundleError for bytes that are no such model, and for one that does not tell what explaining it takes,
        such as the training rows per node of a tree.
        """
        ...
