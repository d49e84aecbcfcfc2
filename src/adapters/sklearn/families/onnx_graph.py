"""Serialises ONNX graphs, all with the same input and output (see `delay_core.model_graph`)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from delay_core.model_graph import INPUT, OUTPUT

# Fixed, so that a newer library writes the same model. ONNX Runtime 1.23 and later read these versions.
IR_VERSION = 9
OPSET = 18
ML_OPSET = 3


def serialize_graph(nodes: Sequence[NodeProto], constants: dict[str, NDArray[np.generic]], n_features: int) -> bytes:
    """A model of these nodes, which lead from INPUT to OUTPUT. Equal nodes and constants give equal bytes."""
    graph = helper.make_graph(
        nodes,
        "late_probability",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["rows", n_features])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["rows"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model: ModelProto = helper.make_model(
        graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="delay-core"
    )
    content: bytes = model.SerializeToString(deterministic=True)
    return content
