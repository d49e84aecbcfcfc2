"""Serving what the fake ModelTrainer exports."""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import BundleError
from delay_core.ports import model_runtime as port


@dataclass(frozen=True)
class Scorer(port.Scorer):
    weights: NDArray[np.float64]
    bias: float

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        log_odds: NDArray[np.float64] = (features * self.weights).sum(axis=1) + self.bias
        return 1 / (1 + np.exp(-log_odds))


@dataclass(frozen=True)
class AverageScorer(port.Scorer):
    members: tuple[port.Scorer, ...]
    shares: tuple[float, ...]

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        parts = [scorer.late_probability(features) for scorer in self.members]
        return np.asarray(np.average(parts, axis=0, weights=self.shares))


class ModelRuntime(port.ModelRuntime):
    def load(self, model: bytes, n_features: int) -> port.Scorer:
        try:
            content = json.loads(model)
            if "members" in content:
                members = tuple(self.load(json.dumps(member).encode(), n_features) for member in content["members"])
                return AverageScorer(members, tuple(content["shares"]))
            scorer = Scorer(np.array(content["weights"]), content["bias"])
        except (ValueError, KeyError, TypeError) as error:
            raise BundleError(f"no model: {error}") from error
        if len(scorer.weights) != n_features:
            raise BundleError(f"the model reads {len(scorer.weights)} features, not {n_features}")
        return scorer
