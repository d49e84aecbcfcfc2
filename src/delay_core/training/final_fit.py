"""The model that will serve: the winner, fitted again on the train and validation splits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import TrainingRefused
from delay_core.ports.model_runtime import ModelRuntime, Scorer
from delay_core.ports.model_trainer import BASELINE, FittedModel, ModelTrainer
from delay_core.reports import Trial
from delay_core.training.datasets import EncodedDataset

MAX_PARITY = 1e-5
"""The largest allowed difference between the probabilities of ONNX and of the fitted model."""


@dataclass(frozen=True)
class FinalModel:
    """The winner as ONNX, loaded as it is served; the fitted model; and the baseline."""

    onnx: bytes
    scorer: Scorer
    fitted: FittedModel
    baseline: FittedModel

    def score(self, features: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
        """Uncalibrated probabilities [rows] by ONNX, and their largest difference from the fitted model's.

        Raises TrainingRefused if this is more than `MAX_PARITY`.
        """
        served = self.scorer.late_probability(features)
        parity = float(np.abs(served - self.fitted.late_probability(features)).max())
        if parity > MAX_PARITY:
            raise TrainingRefused(
                f"ONNX and the fitted model differ by {parity:.1e} on a test row; at most {MAX_PARITY:g} is allowed"
            )
        return served, parity


def fit_winner(
    trainer: ModelTrainer, winner: Trial, members: Sequence[Trial], rows: EncodedDataset, seed: int
) -> FittedModel:
    """Fit the winner, or its members and their average, with the rounds and weights that the search selected."""
    if not members:
        return trainer.fit(winner.family, winner.parameters, rows.training_set(winner.half_life), seed)
    models = [fit_winner(trainer, member, (), rows, seed) for member in members]
    return trainer.average(models, [float(winner.parameters[member.family]) for member in members])


def fit_final(
    trainer: ModelTrainer,
    runtime: ModelRuntime,
    winner: Trial,
    members: Sequence[Trial],
    rows: EncodedDataset,
    seed: int,
) -> FinalModel:
    """Fit on all of these rows."""
    fitted = fit_winner(trainer, winner, members, rows, seed)
    onnx = fitted.to_onnx()
    scorer = runtime.load(onnx, rows.features.shape[1])
    return FinalModel(onnx, scorer, fitted, trainer.fit(BASELINE, {}, rows.training_set(), seed))
