"""The ONNX node that adds up the leaves a row reaches: of one ensemble, or of several forests with their shares."""

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import HistGradientBoostingClassifier

from adapters.sklearn.families.onnx_graph import ML_DOMAIN, ML_OPSET, OPSET
from delay_core.model_graph import INPUT, LEAF_SUM


def leaf_sum(ensemble: Any, n_features: int, output: str) -> tuple[NodeProto, bool]:
    """The node of a fitted ensemble of two classes, and whether its sum is log-odds instead of a probability.

    A TreeEnsembleClassifier, which skl2onnx exports, also gives the other class and a label, which take time.
    """
    classifier = _to_classifier(ensemble, n_features)
    _store_covers(classifier, node_covers(ensemble))
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in classifier.attribute}
    log_odds = attributes.pop("post_transform") == b"LOGISTIC"
    sums = {
        name.replace("class_", "target_"): value
        for name, value in attributes.items()
        if not name.startswith("classlabels")
    }
    return _make_node(sums, output), log_odds


def weighted_leaf_sum(nodes: Iterable[tuple[NodeProto, float]], output: str) -> NodeProto:
    """One node of all trees of these nodes, with each node's leaves multiplied by its share."""
    merged: dict[str, list[Any]] = {}
    trees = 0
    for node, share in nodes:
        arrays = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        del arrays["n_targets"]
        for name in ("nodes_treeids", "target_treeids"):
            arrays[name] = [tree + trees for tree in arrays[name]]
        arrays["target_weights"] = (np.float32(share) * np.array(arrays["target_weights"], np.float32)).tolist()
        trees = arrays["nodes_treeids"][-1] + 1
        for name, values in arrays.items():
            merged.setdefault(name, []).extend(values)
    return _make_node(merged, output)


def node_covers(ensemble: Any) -> list[NDArray[np.float32]]:
    """For each tree, the number of training rows that reached each node [nodes], by the node's id.

    Weighted if the trees of a forest were fitted with weights; histogram boosting stores plain counts only.
    """
    if isinstance(ensemble, HistGradientBoostingClassifier):
        # The nodes have no public name.
        return [tree.nodes["count"].astype(np.float32) for [tree] in ensemble._predictors]  # noqa: SLF001
    return [tree.tree_.weighted_n_node_samples.astype(np.float32) for tree in ensemble.estimators_]


def _make_node(arrays: dict[str, Any], output: str) -> NodeProto:
    return helper.make_node(LEAF_SUM, [INPUT], [output], domain=ML_DOMAIN, n_targets=1, **arrays)


def _to_classifier(ensemble: Any, n_features: int) -> NodeProto:
    with warnings.catch_warnings():
        # skl2onnx 1.20 writes booleans into an attribute where protobuf expects integers; the bytes are right.
        warnings.filterwarnings("ignore", "Field onnx.AttributeProto.ints", DeprecationWarning)
        model = to_onnx(
            ensemble,
            initial_types=[(INPUT, FloatTensorType([None, n_features]))],
            options={id(ensemble): {"zipmap": False}},
            target_opset={"": OPSET, ML_DOMAIN: ML_OPSET},
        )
    node: NodeProto
    [node] = [node for node in model.graph.node if node.op_type == "TreeEnsembleClassifier"]
    return node


def _store_covers(node: NodeProto, covers: list[NDArray[np.float32]]) -> None:
    """Write covers into `nodes_hitrates`, "popularity of each node": ONNX Runtime ignores it, explanations need it."""
    attributes = {attribute.name: attribute for attribute in node.attribute}
    ids = zip(attributes["nodes_treeids"].ints, attributes["nodes_nodeids"].ints, strict=True)
    del attributes["nodes_hitrates"].floats[:]
    attributes["nodes_hitrates"].floats.extend([covers[tree][node_id] for tree, node_id in ids])
