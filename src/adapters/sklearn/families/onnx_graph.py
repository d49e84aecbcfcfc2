"""Writes and reads ONNX graphs, all with the same input and output (see `delay_core.model_graph`)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from delay_core.model_graph import INPUT, OUTPUT

# Fixed, so that a newer library writes the same model. ONNX Runtime 1.23 and later read these versions.
IR_VERSION = 9
OPSET = 18
ML_DOMAIN = "ai.onnx.ml"
ML_OPSET = 3

COLUMN = "probability_column"
"""Where the nodes of a model end: probabilities, float32 [rows, 1]."""
_FLAT = "flat"

Constants = dict[str, NDArray[np.generic]]


class ModelNodes(NamedTuple):
    """Nodes that lead from INPUT to COLUMN, and their constants by name."""

    nodes: Sequence[NodeProto]
    constants: Constants
    n_features: int


def serialize_graph(nodes: Sequence[NodeProto], constants: Constants, n_features: int) -> bytes:
    """A model of these nodes, which lead from INPUT to COLUMN. Equal nodes and constants give equal bytes."""
    flatten = helper.make_node("Reshape", [COLUMN, _FLAT], [OUTPUT])
    constants = {**constants, _FLAT: np.array([-1], dtype=np.int64)}
    graph = helper.make_graph(
        [*nodes, flatten],
        "late_probability",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["rows", n_features])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["rows"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ML_DOMAIN, ML_OPSET)]
    model: ModelProto = helper.make_model(
        graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="delay-core"
    )
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def parse_graph(content: bytes) -> ModelNodes:
    """What `serialize_graph` was called with."""
    graph = ModelProto.FromString(content).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer if tensor.name != _FLAT}
    return ModelNodes(graph.node[:-1], constants, graph.input[0].type.tensor_type.shape.dim[1].dim_value)
