"""The baseline: the historical late rate for everyone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from adapters.sklearn.onnx_graph import graph_bytes
from delay_core.model_graph import INPUT, OUTPUT
from delay_core.ports import model_trainer as port


@dataclass(frozen=True)
class ConstantModel(port.FittedModel):
    """Answers with the share of late rows, whatever the features."""

    rate: float
    features: int

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.full(len(features), self.rate)

    def to_onnx(self) -> bytes:
        rate = numpy_helper.from_array(np.array([self.rate], dtype=np.float32))
        nodes = [
            helper.make_node("Shape", [INPUT], ["rows"], start=0, end=1),
            helper.make_node("ConstantOfShape", ["rows"], [OUTPUT], value=rate),
        ]
        return graph_bytes(nodes, {}, self.features)
