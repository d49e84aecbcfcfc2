"""The average of fitted models: their probabilities, each multiplied by its share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, helper, numpy_helper

from adapters.sklearn.families.onnx_graph import serialize_graph
from delay_core.model_graph import INPUT, OUTPUT, SHARE, member_prefix
from delay_core.ports import model_trainer as port


@dataclass(frozen=True)
class AverageModel(port.FittedModel):
    """Exports one graph with the nodes of all members; their bytes are not stored a second time."""

    members: tuple[port.FittedModel, ...]
    shares: tuple[float, ...]

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        shared = zip(self.members, self.shares, strict=True)
        parts = [share * model.late_probability(features) for model, share in shared]
        return np.asarray(np.sum(parts, axis=0))

    def to_onnx(self) -> bytes:
        nodes: list[NodeProto] = []
        constants: dict[str, NDArray[np.generic]] = {
            "zero": np.array(0, dtype=np.float32),
            "one": np.array(1, dtype=np.float32),
        }
        parts, n_features = [], 0
        for number, (model, share) in enumerate(zip(self.members, self.shares, strict=True)):
            prefix, graph = member_prefix(number), ModelProto.FromString(model.to_onnx()).graph
            n_features = graph.input[0].type.tensor_type.shape.dim[1].dim_value
            kept, output = _without_clip(graph.node)
            nodes.extend(_renamed(kept, prefix))
            constants |= {prefix + tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
            constants[prefix + SHARE] = np.array(share, dtype=np.float32)
            nodes.append(helper.make_node("Mul", [prefix + output, prefix + SHARE], [prefix + "part"]))
            parts.append(prefix + "part")
        nodes.append(helper.make_node("Sum", parts, ["sum"]))
        # A float32 sum of shares can be 1.0000001; a probability cannot.
        nodes.append(helper.make_node("Clip", ["sum", "zero", "one"], [OUTPUT]))
        return serialize_graph(nodes, constants, n_features)


def _without_clip(nodes: Sequence[NodeProto]) -> tuple[Sequence[NodeProto], str]:
    """The nodes, without a last one that clips to probabilities, and the name of their output: the sum is clipped."""
    *others, last = nodes
    return (others, last.input[0]) if last.op_type == "Clip" else (nodes, OUTPUT)


def _renamed(nodes: Iterable[NodeProto], prefix: str) -> Iterator[NodeProto]:
    """The nodes with the prefix before every name but that of the input of all members."""
    for node in nodes:
        node.input[:] = [name if name == INPUT else prefix + name for name in node.input]
        node.output[:] = [prefix + name for name in node.output]
        node.name = prefix + node.name if node.name else ""
        yield node
