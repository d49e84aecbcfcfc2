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

from adapters.sklearn.onnx_graph import ML_OPSET, OPSET, graph_bytes
from delay_core.model_graph import INPUT, OUTPUT
from delay_core.ports import model_trainer as port
from delay_core.ports.model_trainer import Lesson, Parameters

ROWS_PER_TREE = 50_000
"""A forest's tree draws at most so many rows: that bounds time and size, not the table, which all trees together see.

It has its price: of 200,000 simulated rows, trees that drew all took 3.3 times as long, in three times as many nodes,
for a ROC-AUC of 0.710 instead of 0.699; boosting reached 0.728 there.
"""
PATIENCE = 25
"""So many trees in a row must bring nothing before boosting ends."""
MANY_ROWS = 100_000
"""From so many rows on, boosting uses every core."""


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
    _tell_covers(node, covers_of(ensemble))
    return node


def covers_of(ensemble: Any) -> list[NDArray[np.float32]]:
    """For each tree, the training rows that reached each node, by the node's id.

    Weighted where the trees of a forest were fitted with weights; histogram boosting keeps counts alone.
    """
    if isinstance(ensemble, HistGradientBoostingClassifier):
        # The nodes have no public name.
        return [tree.nodes["count"].astype(np.float32) for [tree] in ensemble._predictors]  # noqa: SLF001
    return [tree.tree_.weighted_n_node_samples.astype(np.float32) for tree in ensemble.estimators_]


def _tell_covers(node: NodeProto, covers: list[NDArray[np.float32]]) -> None:
    """Write them into `nodes_hitrates`, "popularity of each node", which ONNX Runtime ignores and explanations need."""
    of = {attribute.name: attribute for attribute in node.attribute}
    ids = zip(of["nodes_treeids"].ints, of["nodes_nodeids"].ints, strict=True)
    del of["nodes_hitrates"].floats[:]
    of["nodes_hitrates"].floats.extend([covers[tree][at] for tree, at in ids])


def fit_forest(parameters: Parameters, lesson: Lesson, seed: int) -> TreeModel:
    """Fit a forest; `min_samples_leaf` is a share of the rows that a tree draws.

    Trees are independent, so they grow on every core; their votes are summed on one, always in the same order.
    """
    options: dict[str, Any] = dict(parameters)
    drawn = min(len(lesson.labels), ROWS_PER_TREE)
    options["min_samples_leaf"] = ceil(options["min_samples_leaf"] * drawn)
    forest = RandomForestClassifier(**options, max_samples=drawn, n_jobs=-1, random_state=seed)
    forest.fit(lesson.features, lesson.labels, sample_weight=lesson.weights)
    forest.set_params(n_jobs=1)
    return TreeModel(forest)


def fit_boosting(parameters: Parameters, lesson: Lesson, seed: int) -> TreeModel:
    """Fit boosted trees, as many as the parameters say: where to stop was found on later rows, see `boosting_curve`."""
    options: dict[str, Any] = dict(parameters)
    boosting = HistGradientBoostingClassifier(**options, early_stopping=False, random_state=seed)
    with threadpool_limits(_threads(lesson)):
        boosting.fit(lesson.features, lesson.labels, sample_weight=lesson.weights)
    for [tree] in boosting._predictors:  # noqa: SLF001 - thresholds have no public name
        tree.nodes["num_threshold"] = _float32_below(tree.nodes["num_threshold"])
    return TreeModel(boosting)


def boosting_curve(parameters: Parameters, learn: Lesson, judge: Lesson, seed: int) -> NDArray[np.float64]:
    """The log-loss on the judged rows after each tree [trees]; ended when `PATIENCE` trees brought nothing."""
    options: dict[str, Any] = dict(parameters)
    boosting = HistGradientBoostingClassifier(
        **options, early_stopping=True, n_iter_no_change=PATIENCE, tol=0, scoring="loss", random_state=seed
    )
    with threadpool_limits(_threads(learn)):
        boosting.fit(
            learn.features, learn.labels, sample_weight=learn.weights, X_val=judge.features, y_val=judge.labels
        )
    return -np.asarray(boosting.validation_score_[1:])  # the first is that of no tree at all


def _threads(lesson: Lesson) -> int | None:
    """How many threads OpenMP may use; None: all. Any number of them gives the same bits (scikit-learn 1.9.1).

    Two are up to 1.8 times as fast on an idle machine; but threads spin at every barrier. Beside other work on the same
    two cores, 14,000 rows took 1.6 s on one thread and 3.8 to 11.5 s on two. With many rows barriers are rare.
    """
    return 1 if len(lesson.labels) < MANY_ROWS else None


def _float32_below(thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The next float32 at or below: it parts float32 rows just as before, and ONNX holds it exactly.

    skl2onnx 1.20 rounds these thresholds to the nearest float32; midway between two neighbours, that sent a whole
    side of the split the other way (probabilities off by 0.8 on coordinates that lie close together).
    """
    nearest = thresholds.astype(np.float32)
    return np.where(nearest > thresholds, np.nextafter(nearest, np.float32(-np.inf)), nearest).astype(np.float64)
