"""Training with scikit-learn."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from adapters.model.constant import ConstantModel
from adapters.model.grids import GRIDS
from adapters.model.linear import fit_linear
from adapters.model.trees import fit_boosting, fit_forest
from delay_core.errors import TrainingRefused
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import BASELINE, FittedModel, Parameters

VERSION = 1
"""Raise it with every change here that changes a model or its bytes."""

_LIBRARIES = ("scikit-learn", "scipy", "numpy", "skl2onnx", "onnx")

_Fit = Callable[[Parameters, NDArray[np.float32], NDArray[np.int8], int], FittedModel]
_FITS: Mapping[str, _Fit] = {
    "logistic_regression": fit_linear,
    "random_forest": fit_forest,
    "hist_gradient_boosting": fit_boosting,
}


class ModelTrainer(port.ModelTrainer):
    """Logistic regression, random forest, boosted trees; all on every core where that changes no bit."""

    @property
    def fingerprint(self) -> str:
        return ", ".join([f"adapters.model {VERSION}", *(f"{name} {version(name)}" for name in _LIBRARIES)])

    def candidates(self) -> Mapping[str, Sequence[Parameters]]:
        return GRIDS

    def fit(
        self, family: str, parameters: Parameters, features: NDArray[np.float32], labels: NDArray[np.int8], seed: int
    ) -> FittedModel:
        _refuse_the_unknown(family, parameters)
        if family == BASELINE:
            return ConstantModel(float(labels.mean()), features.shape[1])
        return _FITS[family](parameters, features, labels, seed)


def _refuse_the_unknown(family: str, parameters: Parameters) -> None:
    if family != BASELINE and family not in GRIDS:
        raise TrainingRefused(f"unknown family of models {family!r}; there are {', '.join([BASELINE, *GRIDS])}")
    known = set() if family == BASELINE else set(GRIDS[family][0])
    if set(parameters) != known:
        raise TrainingRefused(
            f"{family} takes the parameters {sorted(known)}, all of them; it was given {sorted(parameters)}"
        )
