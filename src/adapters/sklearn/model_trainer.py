"""Training with scikit-learn: hands each request to its model family."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import TrainingRefused
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import FittedModel, Parameters, TrainingSet

if TYPE_CHECKING:
    from adapters.sklearn.families import Family

VERSION = 6
"""Raise it with every change here that changes a model or its bytes."""

MAX_ROUNDING = 1e-6
"""How far shares may be from 1 in all."""

_LIBRARIES = ("scikit-learn", "scipy", "numpy", "skl2onnx", "onnx")


class ModelTrainer(port.ModelTrainer):
    """Trains the families of `adapters.sklearn.families`, on every core where that changes no bit of the result.

    The families, and scikit-learn with them, are imported when they are first needed: if a training already exists,
    its fingerprint is all that is read.
    """

    @property
    def fingerprint(self) -> str:
        return ", ".join([f"adapters.sklearn {VERSION}", *(f"{name} {version(name)}" for name in _LIBRARIES)])

    def initial_candidates(self) -> Mapping[str, Sequence[Parameters]]:
        from adapters.sklearn.families import FAMILIES  # noqa: PLC0415 - imports scikit-learn

        return {family.name: family.initial_candidates for family in FAMILIES}

    def sample_parameters(self, family: str, generator: np.random.Generator) -> Parameters:
        return _find_family(family).sample_parameters(generator)

    def fit(self, family: str, parameters: Parameters, rows: TrainingSet, seed: int) -> FittedModel:
        return _validated_family(family, parameters).fit(parameters, rows, seed)

    def average(self, models: Sequence[FittedModel], shares: Sequence[float]) -> FittedModel:
        from adapters.sklearn.families.average import AverageModel  # noqa: PLC0415 - imports onnx

        if len(models) != len(shares) or min(shares, default=0) <= 0 or abs(sum(shares) - 1) > MAX_ROUNDING:
            raise TrainingRefused(
                f"an average of {len(models)} models needs a positive share for each, 1 in all, not {list(shares)}"
            )
        return AverageModel(tuple(models), tuple(shares))

    def learning_curve(
        self, family: str, parameters: Parameters, train: TrainingSet, validation: TrainingSet, seed: int
    ) -> NDArray[np.float64]:
        return _validated_family(family, parameters).learning_curve(parameters, train, validation, seed)

    def with_rounds(self, family: str, parameters: Parameters, rounds: int) -> Parameters:
        return _find_family(family).with_rounds(parameters, rounds)


def _find_family(name: str) -> "Family":
    from adapters.sklearn.families import BASELINE_FAMILY, FAMILIES  # noqa: PLC0415 - imports scikit-learn

    families = {family.name: family for family in (BASELINE_FAMILY, *FAMILIES)}
    if name not in families:
        raise TrainingRefused(f"unknown model family {name!r}; available are {', '.join(families)}")
    return families[name]


def _validated_family(name: str, parameters: Parameters) -> "Family":
    family = _find_family(name)
    required = set(family.initial_candidates[0])
    if set(parameters) != required:
        raise TrainingRefused(f"{name} needs exactly the parameters {sorted(required)}, not {sorted(parameters)}")
    return family
