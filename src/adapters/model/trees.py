"""Forests and boosted trees: many trees, one node of ONNX."""

import warnings
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from threadpoolctl import threadpool_limits

from adapters.model.onnx_graph import INPUT, ML_OPSET, OPSET, OUTPUT, graph_bytes
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import Parameters

ROWS_PER_TREE = 50_000
"""A forest's tree draws at most so many rows: that bounds time and size, not the table, which all trees together see.

It has its price: of 200,000 simulated rows, trees that drew all took 3.3 times as long, in three times as many nodes,
for a ROC-AUC of 0.710 instead of 0.699; boosting reached 0.728 there.
"""


@dataclass(frozen=True)
class TreeModel(port.FittedModel):
    """A fitted ensemble. In ONNX it differs by rounding alone: float32 leaves, thresholds that part the same rows."""

    ensemble: Any

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        with threadpool_limits(1):
            late: NDArray[np.float64] = self.ensemble.predict_proba(features)[:, 1]
        return late

    def to_onnx(self) -> bytes:
        features = self.ensemble.n_features_in_
        constants: dict[str, NDArray[np.generic]] = {
            "late_column": np.array(1, dtype=np.int64),
            "zero": np.array(0, dtype=np.float32),
            "one": np.array(1, dtype=np.float32),
        }
        nodes = [
            _ensemble_node(self.ensemble, features),
            helper.make_node("Gather", ["probabilities", "late_column"], ["sum"], axis=1),
            # A float32 sum of a forest's leaves can be 1.0000001; a probability cannot.
            helper.make_node("Clip", ["sum", "zero", "one"], [OUTPUT]),
        ]
        return graph_bytes(nodes, constants, features)


def _ensemble_node(ensemble: Any, features: int) -> NodeProto:
    with warnings.catch_warnings():
        # skl2onnx 1.20 writes an attribute of booleans where protobuf wants whole numbers; the bytes are right.
        warnings.filterwarnings("ignore", "Field onnx.AttributeProto.ints", DeprecationWarning)
        model = to_onnx(
            ensemble,
            initial_types=[(INPUT, FloatTensorType([None, features]))],
            options={id(ensemble): {"zipmap": False}},
            target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
        )
    node: NodeProto
    [node] = [node for node in model.graph.node if node.op_type == "TreeEnsembleClassifier"]
    del node.output[:]
    node.output.extend(["label", "probabilities"])
    return node


def fit_forest(parameters: Parameters, features: NDArray[np.float32], labels: NDArray[np.int8], seed: int) -> TreeModel:
    """Fit a forest; `min_samples_leaf` is a share of the rows that a tree draws.

    Trees are independent, so they grow on every core; their votes are summed on one, always in the same order.
    """
    options: dict[str, Any] = dict(parameters)
    drawn = min(len(labels), ROWS_PER_TREE)
    options["min_samples_leaf"] = ceil(options["min_samples_leaf"] * drawn)
    forest = RandomForestClassifier(**options, max_samples=drawn, n_jobs=-1, random_state=seed)
    forest.fit(features, labels)
    forest.set_params(n_jobs=1)
    return TreeModel(forest)


def fit_boosting(
    parameters: Parameters, features: NDArray[np.float32], labels: NDArray[np.int8], seed: int
) -> TreeModel:
    """Fit boosted trees. No early stopping: it would hold out rows at random, not the latest.

    OpenMP runs on one thread. 1 to 4 threads give the same bits (scikit-learn 1.9.1), and two are up to 1.8 times as
    fast on an idle machine; but threads spin at every barrier. Beside other work on the same two cores, 14,000 rows
    took 1.6 s on one thread and 3.8 to 11.5 s on two.
    """
    options: dict[str, Any] = dict(parameters)
    boosting = HistGradientBoostingClassifier(**options, early_stopping=False, random_state=seed)
    with threadpool_limits(1):
        boosting.fit(features, labels)
    for [tree] in boosting._predictors:  # noqa: SLF001 - thresholds have no public name
        tree.nodes["num_threshold"] = _float32_below(tree.nodes["num_threshold"])
    return TreeModel(boosting)


def _float32_below(thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The next float32 at or below: it parts float32 rows just as before, and ONNX holds it exactly.

    skl2onnx 1.20 rounds these thresholds to the nearest float32; midway between two neighbours, that sent a whole
    side of the split the other way (probabilities off by 0.8 on coordinates that lie close together).
    """
    nearest = thresholds.astype(np.float32)
    return np.where(nearest > thresholds, np.nextafter(nearest, np.float32(-np.inf)), nearest).astype(np.float64)
