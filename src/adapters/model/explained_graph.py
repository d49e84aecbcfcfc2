"""From the bytes of model.onnx to what explains it: the graphs that this package exports, and no others."""

from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError  # type: ignore[import-untyped] # published without types
from numpy.typing import NDArray
from onnx import AttributeProto, ModelProto, NodeProto, TensorProto

from adapters.model.constant_contributions import ConstantExplainer
from adapters.model.linear_contributions import BASE, REFERENCE, WEIGHTS, LinearExplainer
from adapters.model.tree_contributions import TreeExplainer
from adapters.model.tree_paths import Indices, Nodes
from delay_core.errors import BundleError
from delay_core.ports.explainer import Explainer, Scale

_SCALES: dict[bytes, Scale] = {b"LOGISTIC": "log_odds", b"NONE": "probability"}
_OF_NODES = tuple(
    f"nodes_{what}"
    for what in ("treeids", "nodeids", "modes", "featureids", "values", "truenodeids", "falsenodeids", "hitrates")
)
_OF_LEAVES = ("class_treeids", "class_nodeids", "class_ids", "class_weights")
_Attributes = dict[str, Any]


def explainer_of(model: bytes, features: int) -> Explainer:
    """Parse and check. Raises BundleError."""
    nodes, constants = _read(model, features)
    if "TreeEnsembleClassifier" in nodes:
        return _of_trees(nodes["TreeEnsembleClassifier"], features)
    if {REFERENCE, WEIGHTS, BASE} <= set(constants):
        [base] = constants[BASE].float64(1)
        return LinearExplainer(
            constants[REFERENCE].float64(features), constants[WEIGHTS].float64(features), float(base)
        )
    if len(nodes.get("ConstantOfShape", {}).get("value", b"")) == 4:
        [rate] = np.frombuffer(nodes["ConstantOfShape"]["value"], np.float32)
        return ConstantExplainer(float(rate), features)
    kinds = ", ".join(nodes) or "nothing"
    raise BundleError(f"model.onnx consists of {kinds}: none of the models that this version can explain")


class _Constant(NamedTuple):
    """A constant of the graph, as it lies in the model; empty where the model names a file instead."""

    name: str
    data_type: int
    content: bytes

    def float64(self, size: int) -> NDArray[np.float64]:
        if self.data_type != TensorProto.DOUBLE or len(self.content) != 8 * size:
            raise BundleError(f"model.onnx: the constant {self.name!r} must be {size} float64 within the model")
        return np.frombuffer(self.content, np.float64)


def _read(model: bytes, features: int) -> tuple[dict[str, _Attributes], dict[str, _Constant]]:
    """Attributes by kind of node, and constants: copies, so that the parsed graph, the largest of all, is let go."""
    parsed = ModelProto()
    try:
        parsed.ParseFromString(model)
    except DecodeError as error:
        raise BundleError(f"model.onnx is no ONNX model that can be explained: {error}") from error
    graph = parsed.graph
    sizes = [[size.dim_value for size in given.type.tensor_type.shape.dim] for given in graph.input]
    if sizes != [[0, features]]:
        raise BundleError(f"model.onnx needs one input of shape [rows, {features}], but has {sizes or 'none'}")
    constants = (_Constant(constant.name, constant.data_type, constant.raw_data) for constant in graph.initializer)
    return {node.op_type: _attributes(node) for node in graph.node}, {of.name: of for of in constants}


def _attributes(node: NodeProto) -> _Attributes:
    """Lists as arrays, a tensor as its bytes."""
    found: _Attributes = {}
    for attribute in node.attribute:
        match attribute.type:
            case AttributeProto.INTS:
                found[attribute.name] = np.array(attribute.ints, dtype=np.int64)
            case AttributeProto.FLOATS:
                found[attribute.name] = np.array(attribute.floats, dtype=np.float32)
            case AttributeProto.STRINGS:
                found[attribute.name] = np.array(attribute.strings, dtype=np.bytes_)
            case AttributeProto.STRING:
                found[attribute.name] = attribute.s
            case AttributeProto.TENSOR:
                found[attribute.name] = attribute.t.raw_data
    return found


def _of_trees(given: _Attributes, features: int) -> TreeExplainer:
    for names in (_OF_NODES, _OF_LEAVES):
        sizes = {name: len(given.get(name, ())) for name in names}
        if len(set(sizes.values())) > 1 or 0 in sizes.values():
            raise BundleError(f"model.onnx: its trees must tell equally many of each, and at least one; found {sizes}")
    leaf = given["nodes_modes"] == b"LEAF"
    known = leaf | (given["nodes_modes"] == b"BRANCH_LEQ")
    scale = _SCALES.get(given.get("post_transform", b"NONE"))
    asked = given["nodes_featureids"]
    if not known.all() or scale is None or given["class_ids"].any() or asked.min() < 0 or asked.max() >= features:
        raise BundleError("model.onnx holds trees that this version did not export, and cannot explain")
    places = _Places(given["nodes_treeids"], given["nodes_nodeids"])
    value = np.zeros(len(leaf))
    np.add.at(value, places.of(given["class_treeids"], given["class_nodeids"]), given["class_weights"])
    nodes = Nodes(
        feature=asked,
        threshold=given["nodes_values"],
        yes=np.where(leaf, -1, places.of(given["nodes_treeids"], given["nodes_truenodeids"])),
        no=np.where(leaf, -1, places.of(given["nodes_treeids"], given["nodes_falsenodeids"])),
        cover=given["nodes_hitrates"].astype(np.float64),
        value=value,
    )
    return TreeExplainer.of(nodes, float(given.get("base_values", np.zeros(1)).sum()), features, scale)


class _Places:
    """Where a node of a tree stands among all nodes."""

    def __init__(self, trees: Indices, nodes: Indices) -> None:
        self._span = int(nodes.max()) + 1
        key = trees * self._span + nodes
        self._order = np.argsort(key, kind="stable")
        self._sorted = key[self._order]

    def of(self, trees: Indices, nodes: Indices) -> Indices:
        key = trees * self._span + nodes
        at = np.minimum(np.searchsorted(self._sorted, key), len(self._sorted) - 1)
        if (self._sorted[at] != key).any():
            raise BundleError("model.onnx: its trees name nodes that are not there")
        return self._order[at]
