"""Training with scikit-learn."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from adapters.sklearn.grids import DRAWS, GRIDS, USUAL
from delay_core.errors import TrainingRefused
from delay_core.evaluation import log_losses
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import BASELINE, FittedModel, Lesson, Parameters

VERSION = 2
"""Raise it with every change here that changes a model or its bytes."""

_LIBRARIES = ("scikit-learn", "scipy", "numpy", "skl2onnx", "onnx")

_ROUNDS = {"hist_gradient_boosting": "max_iter"}


class ModelTrainer(port.ModelTrainer):
    """Logistic regression, random forest, boosted trees; all on every core where that changes no bit.

    Scikit-learn is imported by the first fit: where a training exists already, its fingerprint is all that is needed.
    """

    @property
    def fingerprint(self) -> str:
        return ", ".join([f"adapters.model {VERSION}", *(f"{name} {version(name)}" for name in _LIBRARIES)])

    def candidates(self) -> Mapping[str, Sequence[Parameters]]:
        return GRIDS

    @property
    def usual(self) -> str:
        return USUAL

    def draw(self, number: int, seed: int) -> tuple[str, Parameters]:
        generator = np.random.default_rng([seed, number])
        family = str(generator.choice(list(DRAWS), p=[share for share, _ in DRAWS.values()]))
        return family, DRAWS[family][1](generator)

    def fit(
        self,
        family: str,
        parameters: Parameters,
        features: NDArray[np.float32],
        labels: NDArray[np.int8],
        seed: int,
        weights: NDArray[np.float64] | None = None,
    ) -> FittedModel:
        _refuse_the_unknown(family, parameters)
        if family == BASELINE:
            from adapters.sklearn.constant import ConstantModel  # noqa: PLC0415 - as of _fitter

            return ConstantModel(float(labels.mean()), features.shape[1])
        return _fitter(family)(parameters, Lesson(features, labels, weights), seed)

    def learning_curve(
        self, family: str, parameters: Parameters, learn: Lesson, judge: Lesson, seed: int
    ) -> NDArray[np.float64]:
        _refuse_the_unknown(family, parameters)
        if family == "hist_gradient_boosting":
            from adapters.sklearn.trees import boosting_curve  # noqa: PLC0415 - as of _fitter

            return boosting_curve(parameters, learn, judge, seed)
        model = self.fit(family, parameters, learn.features, learn.labels, seed, learn.weights)
        return np.atleast_1d(log_losses(judge.labels, model.late_probability(judge.features)).mean())

    def stopped(self, family: str, parameters: Parameters, rounds: int) -> Parameters:
        return {**parameters, _ROUNDS[family]: rounds} if family in _ROUNDS else parameters


def _fitter(family: str) -> Callable[[Parameters, Lesson, int], FittedModel]:
    from adapters.sklearn.linear import fit_linear  # noqa: PLC0415 - with scikit-learn, when something is fitted
    from adapters.sklearn.trees import fit_boosting, fit_forest  # noqa: PLC0415

    return {
        "logistic_regression": fit_linear,
        "random_forest": fit_forest,
        "hist_gradient_boosting": fit_boosting,
    }[family]


def _refuse_the_unknown(family: str, parameters: Parameters) -> None:
    if family != BASELINE and family not in GRIDS:
        raise TrainingRefused(f"unknown family of models {family!r}; there are {', '.join([BASELINE, *GRIDS])}")
    known = set() if family == BASELINE else set(GRIDS[family][0])
    if set(parameters) != known:
        raise TrainingRefused(
            f"{family} takes the parameters {sorted(known)}, all of them; it was given {sorted(parameters)}"
        )
