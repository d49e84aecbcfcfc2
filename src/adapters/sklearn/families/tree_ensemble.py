"""Fitted tree ensembles of scikit-learn, and their export to one ONNX node."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import HistGradientBoostingClassifier

from adapters.sklearn.families.onnx_graph import ML_OPSET, OPSET, serialize_graph
from adapters.sklearn.thread_limits import one_openmp_thread
from delay_core.model_graph import INPUT, OUTPUT
from delay_core.ports import model_trainer as port


@dataclass(frozen=True)
class TreeEnsembleModel(port.FittedModel):
    """A fitted ensemble. ONNX differs by rounding only: float32 leaves, and thresholds that split the same rows."""

    ensemble: Any

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        with one_openmp_thread():
            late: NDArray[np.float64] = self.ensemble.predict_proba(features)[:, 1]
        return late

    def to_onnx(self) -> bytes:
        n_features = self.ensemble.n_features_in_
        constants: dict[str, NDArray[np.generic]] = {
            "late_column": np.array(1, dtype=np.int64),
            "zero": np.array(0, dtype=np.float32),
            "one": np.array(1, dtype=np.float32),
        }
        nodes = [
            _ensemble_node(self.ensemble, n_features),
            helper.make_node("Gather", ["probabilities", "late_column"], ["sum"], axis=1),
            # A float32 sum of a forest's leaves can be 1.0000001; a probability cannot.
            helper.make_node("Clip", ["sum", "zero", "one"], [OUTPUT]),
        ]
        return serialize_graph(nodes, constants, n_features)


def node_covers(ensemble: Any) -> list[NDArray[np.float32]]:
    """For each tree, the number of training rows that reached each node [nodes], by the node's id.

    Weighted if the trees of a forest were fitted with weights; histogram boosting stores plain counts only.
    """
    if isinstance(ensemble, HistGradientBoostingClassifier):
        # The nodes have no public name.
        return [tree.nodes["count"].astype(np.float32) for [tree] in ensemble._predictors]  # noqa: SLF001
    return [tree.tree_.weighted_n_node_samples.astype(np.float32) for tree in ensemble.estimators_]


def _ensemble_node(ensemble: Any, n_features: int) -> NodeProto:
    with warnings.catch_warnings():
        # skl2onnx 1.20 writes booleans into an attribute where protobuf expects integers; the bytes are right.
        warnings.filterwarnings("ignore", "Field onnx.AttributeProto.ints", DeprecationWarning)
        model = to_onnx(
            ensemble,
            initial_types=[(INPUT, FloatTensorType([None, n_features]))],
            options={id(ensemble): {"zipmap": False}},
            target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
        )
    node: NodeProto
    [node] = [node for node in model.graph.node if node.op_type == "TreeEnsembleClassifier"]
    del node.output[:]
    node.output.extend(["label", "probabilities"])
    _store_covers(node, node_covers(ensemble))
    return node


def _store_covers(node: NodeProto, covers: list[NDArray[np.float32]]) -> None:
    """Write covers into `nodes_hitrates`, "popularity of each node": ONNX Runtime ignores it, explanations need it."""
    attributes = {attribute.name: attribute for attribute in node.attribute}
    ids = zip(attributes["nodes_treeids"].ints, attributes["nodes_nodeids"].ints, strict=True)
    del attributes["nodes_hitrates"].floats[:]
    attributes["nodes_hitrates"].floats.extend([covers[tree][node_id] for tree, node_id in ids])
