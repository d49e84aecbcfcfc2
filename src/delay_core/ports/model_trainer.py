"""Learning: from matrices and labels to models, one family of models at a time."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Parameters = Mapping[str, float | int | str]


class FittedModel(Protocol):
    """A model that has learned."""

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of being late [rows] for a matrix [rows, features]."""
        ...

    def to_onnx(self) -> bytes:
        """The model as ONNX: one float32 input [rows, features]; equal models give equal bytes."""
        ...


class ModelTrainer(Protocol):
    """Fits models. The same data, parameters and seed give the same model, on one core or several."""

    @property
    def fingerprint(self) -> str:
        """Names every version that the outcome depends on; another fingerprint, another training."""
        ...

    def candidates(self) -> Mapping[str, Sequence[Parameters]]:
        """The families worth trying, and for each the parameters to search; `BASELINE` is not among them."""
        ...

    def fit(
        self, family: str, parameters: Parameters, features: NDArray[np.float32], labels: NDArray[np.int8], seed: int
    ) -> FittedModel:
        """Learn from a matrix [rows, features] and labels [rows] of zeros and ones, both present.

        `BASELINE` with no parameters answers with the share of late rows, whatever the features.
        Raises TrainingRefused for a family or a parameter that it does not know.
        """
        ...


BASELINE = "baseline"
"""The family that every other one must beat: the historical late rate."""
