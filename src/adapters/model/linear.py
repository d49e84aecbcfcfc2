"""Logistic regression on standardised features, as one small graph."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from adapters.model.onnx_graph import INPUT, OUTPUT, graph_bytes
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import Parameters


@dataclass(frozen=True)
class LinearModel(port.FittedModel):
    """Computes in float64, here and in ONNX: in float32, a column of two years was off by 6e-6, of the 1e-5 allowed."""

    pipeline: Pipeline

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        with threadpool_limits(1, "blas"):
            late: NDArray[np.float64] = self.pipeline.predict_proba(features.astype(np.float64))[:, 1]
        return late

    def to_onnx(self) -> bytes:
        scaler, regression = self.pipeline[0], self.pipeline[-1]
        weights = regression.coef_[0] / scaler.scale_
        bias = regression.intercept_ - scaler.mean_ @ weights
        constants: dict[str, NDArray[np.generic]] = {
            "weights": weights.reshape(-1, 1),
            "bias": np.atleast_1d(bias),
            "flat": np.array([-1], dtype=np.int64),
        }
        nodes = [
            helper.make_node("Cast", [INPUT], ["exact"], to=TensorProto.DOUBLE),
            helper.make_node("Gemm", ["exact", "weights", "bias"], ["log_odds"]),
            helper.make_node("Sigmoid", ["log_odds"], ["exact_probability"]),
            helper.make_node("Cast", ["exact_probability"], ["column"], to=TensorProto.FLOAT),
            helper.make_node("Reshape", ["column", "flat"], [OUTPUT]),
        ]
        return graph_bytes(nodes, constants, len(weights))


def fit_linear(
    parameters: Parameters, features: NDArray[np.float32], labels: NDArray[np.int8], seed: int
) -> LinearModel:
    """Fit with lbfgs, which draws no random numbers. BLAS runs on one thread: on two, its sums have other last bits."""
    options: dict[str, Any] = dict(parameters)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(**options, max_iter=1000, random_state=seed))
    with threadpool_limits(1, "blas"):
        pipeline.fit(features.astype(np.float64), labels)
    return LinearModel(pipeline)
