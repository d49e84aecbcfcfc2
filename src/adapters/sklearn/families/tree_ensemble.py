"""Fitted tree ensembles of scikit-learn, and their export to ONNX."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import helper

from adapters.sklearn.families.leaf_sum import leaf_sum
from adapters.sklearn.families.onnx_graph import COLUMN, serialize_graph
from adapters.sklearn.thread_limits import one_openmp_thread
from delay_core.ports import model_trainer as port


@dataclass(frozen=True)
class TreeEnsembleModel(port.FittedModel):
    """A fitted ensemble. ONNX differs by rounding only: float32 leaves, and thresholds that split the same rows."""

    ensemble: Any

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        with one_openmp_thread():
            late: NDArray[np.float64] = self.ensemble.predict_proba(features)[:, 1]
        return late

    def to_onnx(self) -> bytes:
        n_features = self.ensemble.n_features_in_
        node, is_log_odds = leaf_sum(self.ensemble, n_features, "sum")
        if is_log_odds:
            return serialize_graph([node, helper.make_node("Sigmoid", ["sum"], [COLUMN])], {}, n_features)
        limits: dict[str, NDArray[np.generic]] = {
            "zero": np.array(0, dtype=np.float32),
            "one": np.array(1, dtype=np.float32),
        }
        # A float32 sum of a forest's leaves can be 1.0000001; a probability cannot.
        return serialize_graph([node, helper.make_node("Clip", ["sum", "zero", "one"], [COLUMN])], limits, n_features)
