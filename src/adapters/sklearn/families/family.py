"""What a model family is: everything that training needs to know about it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import log_losses
from delay_core.ports.model_trainer import FittedModel, Parameters, TrainingSet


class Family(ABC):
    """A kind of model. Its parameters have scikit-learn's names and meanings unless its docstring says otherwise.

    They suit tables of seven hundred rows and of a million.
    """

    name: str
    initial_candidates: Sequence[Parameters]
    """Parameter sets to try first, the most promising first. All have the same parameters."""

    @abstractmethod
    def sample_parameters(self, generator: np.random.Generator) -> Parameters:
        """A random parameter set."""

    @abstractmethod
    def fit(self, parameters: Parameters, rows: TrainingSet, seed: int) -> FittedModel:
        """Fit a model on rows of both classes. Deterministic, on one core or several."""

    def learning_curve(
        self, parameters: Parameters, train: TrainingSet, validation: TrainingSet, seed: int
    ) -> NDArray[np.float64]:
        """Log-loss (nats) on the validation rows after each round of training [rounds]; one without rounds."""
        late = self.fit(parameters, train, seed).late_probability(validation.features)
        return np.atleast_1d(log_losses(validation.labels, late).mean())

    def with_rounds(self, parameters: Parameters, rounds: int) -> Parameters:  # noqa: ARG002 - for families with rounds
        """The parameters with which `fit` stops after this many rounds; unchanged for a family without rounds."""
        return parameters


def round_to_three_digits(value: float) -> float:
    """The value with three significant digits."""
    return float(f"{value:.3g}")


def sample_log_uniform(generator: np.random.Generator, low: float, high: float) -> float:
    """A random value between `low` and `high`, uniform on the scale of logarithms, with three significant digits."""
    return round_to_three_digits(np.exp(generator.uniform(np.log(low), np.log(high))))
