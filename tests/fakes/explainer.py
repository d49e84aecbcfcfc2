"""Explaining what the fake ModelTrainer exports: weight times value, on the scale of log-odds."""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import BundleError
from delay_core.explanation.shap import AverageExplainer
from delay_core.ports import explainer as port


@dataclass(frozen=True)
class Explainer(port.Explainer):
    weights: NDArray[np.float64]
    bias: float

    def contributions(self, features: NDArray[np.float32]) -> port.Contributions:
        return port.Contributions(self.bias, features * self.weights, "log_odds")


class ModelExplainer(port.ModelExplainer):
    def load(self, model: bytes, n_features: int) -> port.Explainer:
        try:
            content = json.loads(model)
            if "members" in content:
                members = tuple(self.load(json.dumps(member).encode(), n_features) for member in content["members"])
                return AverageExplainer(members, tuple(content["shares"]))
            explainer = Explainer(np.array(content["weights"]), content["bias"])
        except (ValueError, KeyError, TypeError) as error:
            raise BundleError(f"no model: {error}") from error
        if len(explainer.weights) != n_features:
            raise BundleError(f"the model reads {len(explainer.weights)} features, not {n_features}")
        return explainer
