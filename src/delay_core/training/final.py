"""The model that will serve: the winner, learned anew from all that it may learn from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import TrainingRefused
from delay_core.ports.model_runtime import ModelRuntime, Scorer
from delay_core.ports.model_trainer import BASELINE, FittedModel, ModelTrainer, TrainingSet
from delay_core.reports import Trial
from delay_core.training.rows import TrainingRows
from delay_core.training.search import weighted_training_set

PARITY = 1e-5
"""ONNX and the fitted model may differ by this much in probability, no more."""


@dataclass(frozen=True)
class FinalModel:
    """The winner as ONNX, loaded as it is served; the same as it was fitted; and the baseline beside it."""

    onnx: bytes
    scorer: Scorer
    fitted: FittedModel
    baseline: FittedModel

    def score(self, features: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
        """The model's own probabilities [rows] as ONNX says them, and the furthest the fitted model is from one.

        Raises TrainingRefused where that is more than `PARITY`.
        """
        served = self.scorer.late_probability(features)
        parity = float(np.abs(served - self.fitted.late_probability(features)).max())
        if parity > PARITY:
            raise TrainingRefused(
                f"ONNX and the fitted model differ by {parity:.1e} on a test row; allowed is {PARITY:g}"
            )
        return served, parity


def fit_final(
    trainer: ModelTrainer, runtime: ModelRuntime, winner: Trial, learned: TrainingRows, seed: int
) -> FinalModel:
    """Fit on all of these rows, with the rounds and the weights that the search chose."""
    fitted = trainer.fit(winner.family, winner.parameters, weighted_training_set(learned, winner.half_life), seed)
    baseline = trainer.fit(BASELINE, {}, TrainingSet(learned.features, learned.labels), seed)
    onnx = fitted.to_onnx()
    scorer = runtime.load(onnx, learned.features.shape[1])
    return FinalModel(onnx, scorer, fitted, baseline)
