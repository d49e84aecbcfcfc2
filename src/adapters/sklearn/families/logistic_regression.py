"""Logistic regression on standardised features."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper
from sklearn import linear_model
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from adapters.sklearn.families.family import Family, sample_log_uniform
from adapters.sklearn.families.onnx_graph import COLUMN, serialize_graph
from adapters.sklearn.thread_limits import one_blas_thread
from delay_core.model_graph import INPUT, LINEAR_BASE, LINEAR_MEANS, LINEAR_WEIGHTS
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import Parameters, TrainingSet


@dataclass(frozen=True)
class LinearModel(port.FittedModel):
    """Computes in float64, here and in ONNX: in float32, a column of two years was off by 6e-6, of the 1e-5 allowed."""

    pipeline: Pipeline

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        with one_blas_thread():
            late: NDArray[np.float64] = self.pipeline.predict_proba(features.astype(np.float64))[:, 1]
        return late

    def to_onnx(self) -> bytes:
        scaler, regression = self.pipeline[0], self.pipeline[-1]
        weights = regression.coef_[0] / scaler.scale_
        # The means are a constant of their own: explanations measure a shipment's distance from them.
        constants: dict[str, NDArray[np.generic]] = {
            LINEAR_MEANS: scaler.mean_,
            LINEAR_WEIGHTS: weights.reshape(-1, 1),
            LINEAR_BASE: np.atleast_1d(regression.intercept_),
        }
        nodes = [
            helper.make_node("Cast", [INPUT], ["exact"], to=TensorProto.DOUBLE),
            helper.make_node("Sub", ["exact", LINEAR_MEANS], ["difference"]),
            helper.make_node("Gemm", ["difference", LINEAR_WEIGHTS, LINEAR_BASE], ["log_odds"]),
            helper.make_node("Sigmoid", ["log_odds"], ["exact_probability"]),
            helper.make_node("Cast", ["exact_probability"], [COLUMN], to=TensorProto.FLOAT),
        ]
        return serialize_graph(nodes, constants, len(weights))


class LogisticRegression(Family):
    """Fitted with lbfgs, which uses no random numbers, and BLAS on one thread: on two, sums have other last bits."""

    name = "logistic_regression"
    initial_candidates = ({"C": 0.01}, {"C": 0.001}, {"C": 0.1}, {"C": 1.0})

    def sample_parameters(self, generator: np.random.Generator) -> Parameters:
        return {"C": sample_log_uniform(generator, 0.0003, 3)}

    def fit(self, parameters: Parameters, rows: TrainingSet, seed: int) -> LinearModel:
        options: dict[str, Any] = dict(parameters)
        pipeline = make_pipeline(
            StandardScaler(), linear_model.LogisticRegression(**options, max_iter=1000, random_state=seed)
        )
        with one_blas_thread():
            pipeline.fit(rows.features.astype(np.float64), rows.labels, logisticregression__sample_weight=rows.weights)
        return LinearModel(pipeline)
