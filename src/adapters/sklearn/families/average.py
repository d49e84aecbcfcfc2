"""The average of fitted models: their probabilities, each multiplied by its share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper

from adapters.sklearn.families.leaf_sum import weighted_leaf_sum
from adapters.sklearn.families.onnx_graph import COLUMN, Constants, ModelNodes, parse_graph, serialize_graph
from delay_core.model_graph import INPUT, LEAF_SUM, SHARE, member_prefix
from delay_core.ports import model_trainer as port

_PART = "part"
"""A member's probability multiplied by its share, float32 [rows, 1]; its name has the member's prefix."""


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
        shared = [(parse_graph(model.to_onnx()), share) for model, share in zip(self.members, self.shares, strict=True)]
        parts = list(_parts(shared))
        nodes = [node for part, _ in parts for node in part]
        nodes.append(helper.make_node("Sum", [part[-1].output[0] for part, _ in parts], ["sum"]))
        # A float32 sum of shares can be 1.0000001; a probability cannot.
        nodes.append(helper.make_node("Clip", ["sum", "zero", "one"], [COLUMN]))
        constants: Constants = {"zero": np.array(0, dtype=np.float32), "one": np.array(1, dtype=np.float32)}
        for _, part_constants in parts:
            constants |= part_constants
        return serialize_graph(nodes, constants, shared[0][0].n_features)


def _parts(shared: Sequence[tuple[ModelNodes, float]]) -> Iterator[tuple[list[NodeProto], Constants]]:
    """The nodes and constants of each member, which lead to its part; those of all forests together come first."""
    forests = [(model.nodes[0], share) for model, share in shared if _is_forest(model)]
    others = [(model, share) for model, share in shared if not _is_forest(model)]
    if forests:
        yield [weighted_leaf_sum(forests, member_prefix(0) + _PART)], {}
    for number, (model, share) in enumerate(others, start=1 if forests else 0):
        prefix = member_prefix(number)
        multiply = helper.make_node("Mul", [COLUMN, SHARE], [_PART])
        constants = {**model.constants, SHARE: np.array(share, dtype=np.float32)}
        yield list(_renamed([*model.nodes, multiply], prefix)), {prefix + name: constants[name] for name in constants}


def _is_forest(model: ModelNodes) -> bool:
    """Whether the probability is a sum of leaves, which one node can add up for several models."""
    return [node.op_type for node in model.nodes] == [LEAF_SUM, "Clip"]


def _renamed(nodes: Iterable[NodeProto], prefix: str) -> Iterator[NodeProto]:
    """The nodes with the prefix before every name but that of the input of all members."""
    for node in nodes:
        node.input[:] = [name if name == INPUT else prefix + name for name in node.input]
        node.output[:] = [prefix + name for name in node.output]
        yield node
