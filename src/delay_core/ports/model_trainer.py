"""Trains models: from a matrix and labels to a fitted model of a model family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Parameters = Mapping[str, float | int | str]

BASELINE = "baseline"
"""The family that every other one has to beat: the historical late rate."""

AVERAGE = "average"
"""The family of averages of fitted models of other families."""


@dataclass(frozen=True)
class TrainingSet:
    """Rows to fit a model on, or to validate it on.

    `features` [rows, features]; `labels` [rows] of zeros and ones; `weights` [rows], positive and 1 on average, or None
    if all rows count the same.
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int8]
    weights: NDArray[np.float64] | None = None


class FittedModel(Protocol):
    """A trained model."""

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of being late [rows] for a matrix [rows, features]."""
        ...

    def to_onnx(self) -> bytes:
        """The model as ONNX, as `delay_core.model_graph` describes it; equal models give equal bytes."""
        ...


class ModelTrainer(Protocol):
    """Fits models. The same data, parameters and seed give the same model, on one core or several."""

    @property
    def fingerprint(self) -> str:
        """Names every version that the result depends on; a different fingerprint means a different training."""
        ...

    def initial_candidates(self) -> Mapping[str, Sequence[Parameters]]:
        """The families worth trying, without `BASELINE`, and the parameter sets to try first, most promising first."""
        ...

    def sample_parameters(self, family: str, generator: np.random.Generator) -> Parameters:
        """A random parameter set of a family; a generator in the same state gives the same one.

        Raises TrainingRefused for an unknown family.
        """
        ...

    def fit(self, family: str, parameters: Parameters, rows: TrainingSet, seed: int) -> FittedModel:
        """Fit a model on rows of both classes.

        `BASELINE` with no parameters predicts the unweighted share of late rows, whatever the features.
        Raises TrainingRefused for an unknown family, and unless exactly the family's parameters are given.
        """
        ...

    def average(self, models: Sequence[FittedModel], shares: Sequence[float]) -> FittedModel:
        """The model that predicts the sum of the models' probabilities, each multiplied by its share.

        Shares are positive and sum to 1. All models are from this trainer's `fit`, on matrices of the same features.
        Raises TrainingRefused if shares do not fit the models.
        """
        ...

    def learning_curve(
        self, family: str, parameters: Parameters, train: TrainingSet, validation: TrainingSet, seed: int
    ) -> NDArray[np.float64]:
        """Log-loss (nats) on the validation rows after each round of training [rounds], as `fit` would train.

        A family without rounds has one value. Training stops early if the latest rounds bring no improvement, so there
        are at most as many rounds as the parameters ask for.
        """
        ...

    def with_rounds(self, family: str, parameters: Parameters, rounds: int) -> Parameters:
        """The parameters with which `fit` stops after this many rounds; unchanged for a family without rounds."""
        ...
