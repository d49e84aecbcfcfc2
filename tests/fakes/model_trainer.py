"""Learning without a library: each feature's distance between late and on-time shipments, as log-odds."""

import json
from dataclasses import dataclass

import numpy as np

from delay_core.errors import TrainingRefused
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import BASELINE


@dataclass(frozen=True)
class FittedModel(port.FittedModel):
    weights: tuple[float, ...]
    bias: float

    def late_probability(self, features):
        return 1 / (1 + np.exp(-(features @ np.array(self.weights) + self.bias)))

    def to_onnx(self):
        """JSON, which the fake ModelRuntime reads."""
        return json.dumps({"weights": self.weights, "bias": self.bias}).encode()


class ModelTrainer(port.ModelTrainer):
    @property
    def fingerprint(self):
        return "fake 1"

    def candidates(self):
        return {"mean_difference": ({"shrinkage": 0.1}, {"shrinkage": 1.0})}

    def fit(self, family, parameters, features, labels, seed):
        known = {BASELINE: set(), "mean_difference": {"shrinkage"}}
        if family not in known or set(parameters) != known[family]:
            raise TrainingRefused(f"unknown: {family} with {sorted(parameters)}; there are {known}")
        prior = np.log(labels.mean() / (1 - labels.mean()))
        if family == BASELINE:
            return FittedModel((0.0,) * features.shape[1], float(prior))
        late, on_time = (features[labels == value].mean(axis=0, dtype=float) for value in (1, 0))
        weights = (late - on_time) / (features.var(axis=0, dtype=float) + parameters["shrinkage"])
        return FittedModel(tuple(weights.tolist()), float(prior - weights @ (late + on_time) / 2))
