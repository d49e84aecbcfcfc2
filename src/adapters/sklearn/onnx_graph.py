"""The shape of every ONNX model here: `features` float32 [rows, features] → `late_probability` float32 [rows]."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from delay_core.model_graph import INPUT, OUTPUT

# Fixed, so that a newer library writes the same model: these are read by ONNX Runtime 1.23 and later.
IR_VERSION = 9
OPSET = 18
ML_OPSET = 3


def graph_bytes(nodes: Sequence[NodeProto], constants: dict[str, NDArray[np.generic]], features: int) -> bytes:
    """The nodes, which lead from INPUT to OUTPUT, as a checked model; equal nodes and constants give equal bytes."""
    graph = helper.make_graph(
        nodes,
        "late_probability",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["rows", features])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["rows"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model: ModelProto = helper.make_model(
        graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="delay-core"
    )
    content: bytes = model.SerializeToString(deterministic=True)
    return content
