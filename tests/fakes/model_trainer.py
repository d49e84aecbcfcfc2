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

    @property
    def usual(self):
        return "mean_difference"

    def draw(self, number, seed):
        return "mean_difference", {"shrinkage": float(np.random.default_rng([seed, number]).uniform(0.01, 10))}

    def fit(self, family, parameters, features, labels, seed, weights=None):
        known = {BASELINE: set(), "mean_difference": {"shrinkage"}}
        if family not in known or set(parameters) != known[family]:
            raise TrainingRefused(f"unknown: {family} with {sorted(parameters)}; there are {known}")
        if family == BASELINE:
            return FittedModel((0.0,) * features.shape[1], float(np.log(labels.mean() / (1 - labels.mean()))))
        rows, weights = features.astype(float), np.ones(len(labels)) if weights is None else weights
        share = np.average(labels, weights=weights)
        late, on_time = (np.average(rows[labels == v], axis=0, weights=weights[labels == v]) for v in (1, 0))
        variance = np.average((rows - np.average(rows, axis=0, weights=weights)) ** 2, axis=0, weights=weights)
        steep = (late - on_time) / (variance + parameters["shrinkage"])
        bias = np.log(share / (1 - share)) - steep @ (late + on_time) / 2
        return FittedModel(tuple(steep.tolist()), float(bias))

    def learning_curve(self, family, parameters, learn, judge, seed):
        model = self.fit(family, parameters, learn.features, learn.labels, seed, learn.weights)
        late = np.clip(model.late_probability(judge.features), 1e-15, 1 - 1e-15)
        return np.array([-np.log(np.where(judge.labels == 1, late, 1 - late)).mean()])

    def stopped(self, family, parameters, rounds):
        return parameters
