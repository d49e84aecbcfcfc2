"""Training without a library: each feature's distance between late and on-time shipments, as log-odds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import TrainingRefused
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import BASELINE, Parameters, TrainingSet


@dataclass(frozen=True)
class FittedModel(port.FittedModel):
    """A logistic model, as JSON in place of ONNX."""

    weights: tuple[float, ...]
    bias: float

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-(features @ np.array(self.weights) + self.bias)))
        return probabilities

    def to_onnx(self) -> bytes:
        """JSON, which the fake ModelRuntime reads."""
        return json.dumps({"weights": self.weights, "bias": self.bias}).encode()


@dataclass(frozen=True)
class AverageModel(port.FittedModel):
    """Fitted models with the share of each."""

    members: tuple[port.FittedModel, ...]
    shares: tuple[float, ...]

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        parts = [model.late_probability(features) for model in self.members]
        return np.asarray(np.average(parts, axis=0, weights=self.shares))

    def to_onnx(self) -> bytes:
        members = [json.loads(model.to_onnx()) for model in self.members]
        return json.dumps({"members": members, "shares": self.shares}).encode()


class ModelTrainer(port.ModelTrainer):
    """One family with one parameter."""

    @property
    def fingerprint(self) -> str:
        return "fake 1"

    def initial_candidates(self) -> Mapping[str, Sequence[Parameters]]:
        return {"mean_difference": ({"shrinkage": 0.1}, {"shrinkage": 1.0})}

    def sample_parameters(self, family: str, generator: np.random.Generator) -> Parameters:
        return {"shrinkage": float(generator.uniform(0.01, 10))}

    def fit(self, family: str, parameters: Parameters, rows: TrainingSet, seed: int) -> FittedModel:
        known: dict[str, set[str]] = {BASELINE: set(), "mean_difference": {"shrinkage"}}
        if family not in known or set(parameters) != known[family]:
            raise TrainingRefused(f"unknown: {family} with {sorted(parameters)}; there are {known}")
        features, labels = rows.features.astype(float), rows.labels
        if family == BASELINE:
            return FittedModel((0.0,) * features.shape[1], float(np.log(labels.mean() / (1 - labels.mean()))))
        weights = np.ones(len(labels)) if rows.weights is None else rows.weights
        share = np.average(labels, weights=weights)
        late, on_time = (np.average(features[labels == v], axis=0, weights=weights[labels == v]) for v in (1, 0))
        variance = np.average((features - np.average(features, axis=0, weights=weights)) ** 2, axis=0, weights=weights)
        steep = (late - on_time) / (variance + float(parameters["shrinkage"]))
        bias = np.log(share / (1 - share)) - steep @ (late + on_time) / 2
        return FittedModel(tuple(steep.tolist()), float(bias))

    def average(self, models: Sequence[port.FittedModel], shares: Sequence[float]) -> AverageModel:
        if len(models) != len(shares) or min(shares, default=0) <= 0 or abs(sum(shares) - 1) > 1e-6:
            raise TrainingRefused(f"{len(models)} models, but the shares {list(shares)}")
        return AverageModel(tuple(models), tuple(shares))

    def learning_curve(
        self, family: str, parameters: Parameters, train: TrainingSet, validation: TrainingSet, seed: int
    ) -> NDArray[np.float64]:
        late = self.fit(family, parameters, train, seed).late_probability(validation.features)
        late = np.clip(late, 1e-15, 1 - 1e-15)
        return np.array([-np.log(np.where(validation.labels == 1, late, 1 - late)).mean()])

    def with_rounds(self, family: str, parameters: Parameters, rounds: int) -> Parameters:
        return parameters
