"""Reads the explainer of a model from the bytes of model.onnx. Accepts only graphs that this package exports."""

from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError  # type: ignore[import-untyped] # published without types
from numpy.typing import NDArray
from onnx import AttributeProto, ModelProto, NodeProto, TensorProto

from delay_core.errors import BundleError
from delay_core.explanation.shap import AverageExplainer, ConstantExplainer, LinearExplainer, TreeExplainer, TreeNodes
from delay_core.model_graph import (
    LEAF_SUM,
    LEAF_SUM_CLASSIFIER,
    LINEAR_BASE,
    LINEAR_MEANS,
    LINEAR_WEIGHTS,
    SHARE,
    member_prefix,
)
from delay_core.ports.explainer import Explainer, Scale

Indices = NDArray[np.int64]

_SCALES: dict[bytes, Scale] = {b"LOGISTIC": "log_odds", b"NONE": "probability"}
_NODE_ARRAYS = tuple(
    f"nodes_{name}"
    for name in ("treeids", "nodeids", "modes", "featureids", "values", "truenodeids", "falsenodeids", "hitrates")
)
_LEAF_ARRAYS = ("target_treeids", "target_nodeids", "target_ids", "target_weights")
_OTHER_TREES = "model.onnx holds trees that this version did not export and cannot explain"
_Attributes = dict[str, Any]


def read_explainer(model: bytes, n_features: int) -> Explainer:
    """Parse and check a graph. Raises BundleError if it is none that can be explained."""
    graph = _parse_graph(model, n_features)
    members = _members(graph)
    if not members:
        return _read_member(graph, n_features)
    shares = [part.initializers[SHARE].to_float() if SHARE in part.initializers else 1.0 for part in members]
    return AverageExplainer(tuple(_read_member(part, n_features) for part in members), tuple(shares))


def _read_member(graph: "_Graph", n_features: int) -> Explainer:
    """A graph, or a member of an average, that is a model of its own."""
    nodes = {op_type: attributes for op_type, _, attributes in graph.nodes}
    initializers = graph.initializers
    if LEAF_SUM in nodes:
        return _read_trees(nodes[LEAF_SUM], n_features, "log_odds" if "Sigmoid" in nodes else "probability")
    if LEAF_SUM_CLASSIFIER in nodes:
        return _read_classifier(nodes[LEAF_SUM_CLASSIFIER], n_features)
    if {LINEAR_MEANS, LINEAR_WEIGHTS, LINEAR_BASE} <= set(initializers):
        [base] = initializers[LINEAR_BASE].to_float64(1)
        means, weights = (initializers[name].to_float64(n_features) for name in (LINEAR_MEANS, LINEAR_WEIGHTS))
        return LinearExplainer(means, weights, float(base))
    if len(nodes.get("ConstantOfShape", {}).get("value", b"")) == 4:
        [probability] = np.frombuffer(nodes["ConstantOfShape"]["value"], np.float32)
        return ConstantExplainer(float(probability), n_features)
    kinds = ", ".join(nodes) or "no nodes"
    raise BundleError(f"model.onnx consists of {kinds}: this version cannot explain such a model")


class _Initializer(NamedTuple):
    """A constant of the graph. `content` is empty if the model refers to an external file."""

    name: str
    data_type: int
    content: bytes

    def to_float(self) -> float:
        """A scalar, which is float32."""
        if self.data_type != TensorProto.FLOAT or len(self.content) != 4:
            raise BundleError(f"model.onnx: the constant {self.name!r} must be one float32 within the model")
        return float(np.frombuffer(self.content, np.float32)[0])

    def to_float64(self, size: int) -> NDArray[np.float64]:
        if self.data_type != TensorProto.DOUBLE or len(self.content) != 8 * size:
            raise BundleError(f"model.onnx: the constant {self.name!r} must be {size} float64 within the model")
        return np.frombuffer(self.content, np.float64)


class _Node(NamedTuple):
    """A node: its kind, the name of its first output, and its attributes."""

    op_type: str
    output: str
    attributes: _Attributes


class _Graph(NamedTuple):
    """The nodes, and the constants by name: copies, so that the large parsed graph is freed."""

    nodes: tuple[_Node, ...]
    initializers: dict[str, _Initializer]

    def member(self, prefix: str) -> "_Graph":
        """The nodes and constants whose names have this prefix, without it in the names of constants."""
        constants = {
            name.removeprefix(prefix): value for name, value in self.initializers.items() if name.startswith(prefix)
        }
        return _Graph(tuple(node for node in self.nodes if node.output.startswith(prefix)), constants)


def _members(graph: _Graph) -> tuple[_Graph, ...]:
    """The members of an average in order; none if the graph is no average."""
    members: list[_Graph] = []
    while (member := graph.member(member_prefix(len(members)))).nodes:
        members.append(member)
    return tuple(members)


def _parse_graph(model: bytes, n_features: int) -> _Graph:
    parsed = ModelProto()
    try:
        parsed.ParseFromString(model)
    except DecodeError as error:
        raise BundleError(f"model.onnx is not an ONNX model that can be explained: {error}") from error
    graph = parsed.graph
    shapes = [[size.dim_value for size in tensor.type.tensor_type.shape.dim] for tensor in graph.input]
    if shapes != [[0, n_features]]:
        raise BundleError(f"model.onnx needs one input of shape [rows, {n_features}], but has {shapes or 'none'}")
    initializers = (_Initializer(tensor.name, tensor.data_type, tensor.raw_data) for tensor in graph.initializer)
    nodes = tuple(_Node(node.op_type, node.output[0], _attributes(node)) for node in graph.node if node.output)
    return _Graph(nodes, {tensor.name: tensor for tensor in initializers})


def _attributes(node: NodeProto) -> _Attributes:
    """Lists as arrays, a tensor as its bytes."""
    attributes: _Attributes = {}
    for attribute in node.attribute:
        match attribute.type:
            case AttributeProto.INTS:
                attributes[attribute.name] = np.array(attribute.ints, dtype=np.int64)
            case AttributeProto.FLOATS:
                attributes[attribute.name] = np.array(attribute.floats, dtype=np.float32)
            case AttributeProto.STRINGS:
                attributes[attribute.name] = np.array(attribute.strings, dtype=np.bytes_)
            case AttributeProto.STRING:
                attributes[attribute.name] = attribute.s
            case AttributeProto.TENSOR:
                attributes[attribute.name] = attribute.t.raw_data
    return attributes


def _read_classifier(attributes: _Attributes, n_features: int) -> TreeExplainer:
    """The node of an older bundle, whose leaves are those of one class."""
    scale = _SCALES.get(attributes.get("post_transform", b"NONE"))
    if scale is None:
        raise BundleError(_OTHER_TREES)
    sums = {name.replace("class_", "target_"): value for name, value in attributes.items() if name != "post_transform"}
    return _read_trees(sums, n_features, scale)


def _read_trees(arrays: _Attributes, n_features: int, scale: Scale) -> TreeExplainer:
    for names in (_NODE_ARRAYS, _LEAF_ARRAYS):
        sizes = {name: len(arrays.get(name, ())) for name in names}
        if len(set(sizes.values())) > 1 or 0 in sizes.values():
            raise BundleError(f"model.onnx: the arrays of its trees must have equal lengths, not 0; they have {sizes}")
    leaf = arrays["nodes_modes"] == b"LEAF"
    known_modes = leaf | (arrays["nodes_modes"] == b"BRANCH_LEQ")
    feature = arrays["nodes_featureids"]
    in_range = feature.min() >= 0 and feature.max() < n_features
    transformed = "post_transform" in arrays or "aggregate_function" in arrays
    if not (known_modes.all() and in_range) or transformed or arrays["target_ids"].any():
        raise BundleError(_OTHER_TREES)
    index = _NodeIndex(arrays["nodes_treeids"], arrays["nodes_nodeids"])
    value = np.zeros(len(leaf))
    np.add.at(value, index.find(arrays["target_treeids"], arrays["target_nodeids"]), arrays["target_weights"])
    nodes = TreeNodes(
        feature=feature,
        threshold=arrays["nodes_values"],
        left=np.where(leaf, -1, index.find(arrays["nodes_treeids"], arrays["nodes_truenodeids"])),
        right=np.where(leaf, -1, index.find(arrays["nodes_treeids"], arrays["nodes_falsenodeids"])),
        cover=arrays["nodes_hitrates"].astype(np.float64),
        value=value,
    )
    return TreeExplainer.from_nodes(nodes, float(arrays.get("base_values", np.zeros(1)).sum()), n_features, scale)


class _NodeIndex:
    """Finds the position of a tree's node among the nodes of all trees."""

    def __init__(self, trees: Indices, nodes: Indices) -> None:
        self._span = int(nodes.max()) + 1
        key = trees * self._span + nodes
        self._order = np.argsort(key, kind="stable")
        self._sorted = key[self._order]

    def find(self, trees: Indices, nodes: Indices) -> Indices:
        key = trees * self._span + nodes
        position = np.minimum(np.searchsorted(self._sorted, key), len(self._sorted) - 1)
        if (self._sorted[position] != key).any():
            raise BundleError("model.onnx: its trees refer to nodes that do not exist")
        return self._order[position]
