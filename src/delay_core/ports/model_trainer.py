"""Learning: from matrices and labels to models, one family of models at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
        """The families worth trying, and for each the parameters to begin with, the likeliest first.

        `BASELINE` is not among them.
        """
        ...

    @property
    def usual(self) -> str:
        """The family whose first candidate serves where nothing is surely better: it suits few rows, and change."""
        ...

    def draw(self, number: int, seed: int) -> tuple[str, Parameters]:
        """The family and the parameters of a further trial, drawn at random: the same for the same two numbers."""
        ...

    def fit(
        self,
        family: str,
        parameters: Parameters,
        features: NDArray[np.float32],
        labels: NDArray[np.int8],
        seed: int,
        weights: NDArray[np.float64] | None = None,
    ) -> FittedModel:
        """Learn from a matrix [rows, features] and labels [rows] of zeros and ones, both present.

        `weights` [rows] say how much each row counts, positive, 1 on average; None: all alike.
        `BASELINE` with no parameters answers with the share of late rows, whatever the features and weights.
        Raises TrainingRefused for a family or a parameter that it does not know.
        """
        ...

    def learning_curve(
        self, family: str, parameters: Parameters, learn: "Lesson", judge: "Lesson", seed: int
    ) -> NDArray[np.float64]:
        """The log-loss (nats) on the judged rows after each round of learning [rounds], as `fit` would learn.

        A family that does not learn in rounds has one. Rounds end early where none of the latest was the best: so there
        are at most as many as the parameters ask for.
        """
        ...

    def stopped(self, family: str, parameters: Parameters, rounds: int) -> Parameters:
        """The parameters with which `fit` ends after so many rounds; the same where the family has none."""
        ...


@dataclass(frozen=True)
class Lesson:
    """Rows to learn from, or to be judged on: features [rows, features], labels [rows], weights [rows] or None."""

    features: NDArray[np.float32]
    labels: NDArray[np.int8]
    weights: NDArray[np.float64] | None = None


BASELINE = "baseline"
"""The family that every other one must beat: the historical late rate."""
