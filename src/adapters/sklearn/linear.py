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

from adapters.sklearn.onnx_graph import graph_bytes
from delay_core.model_graph import INPUT, LINEAR_BASE, LINEAR_MEANS, LINEAR_WEIGHTS, OUTPUT
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import Lesson, Parameters


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
        # The means stay a constant of their own: an explanation tells by how much a shipment differs from them.
        constants: dict[str, NDArray[np.generic]] = {
            LINEAR_MEANS: scaler.mean_,
            LINEAR_WEIGHTS: weights.reshape(-1, 1),
            LINEAR_BASE: np.atleast_1d(regression.intercept_),
            "flat": np.array([-1], dtype=np.int64),
        }
        nodes = [
            helper.make_node("Cast", [INPUT], ["exact"], to=TensorProto.DOUBLE),
            helper.make_node("Sub", ["exact", LINEAR_MEANS], ["difference"]),
            helper.make_node("Gemm", ["difference", LINEAR_WEIGHTS, LINEAR_BASE], ["log_odds"]),
            helper.make_node("Sigmoid", ["log_odds"], ["exact_probability"]),
            helper.make_node("Cast", ["exact_probability"], ["column"], to=TensorProto.FLOAT),
            helper.make_node("Reshape", ["column", "flat"], [OUTPUT]),
        ]
        return graph_bytes(nodes, constants, len(weights))


def fit_linear(parameters: Parameters, lesson: Lesson, seed: int) -> LinearModel:
    """Fit with lbfgs, which draws no random numbers. BLAS runs on one thread: on two, its sums have other last bits."""
    options: dict[str, Any] = dict(parameters)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(**options, max_iter=1000, random_state=seed))
    with threadpool_limits(1, "blas"):
        pipeline.fit(
            lesson.features.astype(np.float64), lesson.labels, logisticregression__sample_weight=lesson.weights
        )
    return LinearModel(pipeline)
