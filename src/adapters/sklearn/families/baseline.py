"""The baseline: the historical late rate for every shipment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from adapters.sklearn.families.family import Family
from adapters.sklearn.families.onnx_graph import COLUMN, serialize_graph
from delay_core.model_graph import INPUT
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import BASELINE, Parameters, TrainingSet


@dataclass(frozen=True)
class ConstantModel(port.FittedModel):
    """Predicts the same probability, whatever the features."""

    probability: float
    n_features: int

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.full(len(features), self.probability)

    def to_onnx(self) -> bytes:
        probability = numpy_helper.from_array(np.array([self.probability], dtype=np.float32))
        nodes = [
            helper.make_node("Shape", [INPUT], ["rows"], start=0, end=1),
            helper.make_node("Concat", ["rows", "width"], ["shape"], axis=0),
            helper.make_node("ConstantOfShape", ["shape"], [COLUMN], value=probability),
        ]
        return serialize_graph(nodes, {"width": np.array([1], dtype=np.int64)}, self.n_features)


class Baseline(Family):
    """The share of late rows, unweighted."""

    name = BASELINE
    initial_candidates = ({},)

    def sample_parameters(self, generator: np.random.Generator) -> Parameters:  # noqa: ARG002 - it has none
        return {}

    def fit(self, parameters: Parameters, rows: TrainingSet, seed: int) -> ConstantModel:  # noqa: ARG002 - needs none
        return ConstantModel(float(rows.labels.mean()), rows.features.shape[1])
