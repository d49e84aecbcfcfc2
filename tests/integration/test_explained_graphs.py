"""Node counts and training means in exported graphs, and the refusal of graphs without them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper

from adapters.onnx import ModelExplainer, ModelRuntime
from adapters.sklearn.families.leaf_sum import node_covers
from adapters.sklearn.model_trainer import ModelTrainer
from delay_core.errors import BundleError
from delay_core.explanation.shap import TreeExplainer, TreeNodes
from support.explained_models import ENSEMBLES, FEATURES, TRAIN, ensemble, linear, rows

OLDER_GRAPHS = Path(__file__).parents[1] / "support" / "classifier_graphs"
"""Graphs as they were exported before LEAF_SUM, and what they gave for `features` then."""


def node_of(content):
    model = ModelProto.FromString(content)
    [node] = [node for node in model.graph.node if node.op_type == "TreeEnsembleRegressor"]
    return model, {attribute.name: attribute for attribute in node.attribute}


@pytest.mark.parametrize("name", ENSEMBLES)
def test_nodes__have_the_number_of_their_training_rows(name):
    model = ensemble(name)
    _, attributes = node_of(model.to_onnx())
    covers = node_covers(model.ensemble)
    assert len(attributes["nodes_hitrates"].floats) == sum(map(len, covers))
    nodes = zip(
        attributes["nodes_treeids"].ints,
        attributes["nodes_nodeids"].ints,
        attributes["nodes_hitrates"].floats,
        strict=True,
    )
    assert all(cover == covers[tree][node] for tree, node, cover in nodes)


@pytest.mark.parametrize("name", ["boosting", "extra trees"])  # a forest draws its rows, some twice, some never
def test_row_counts__match_the_paths_of_the_training_rows(name):
    _, attributes = node_of(ensemble(name).to_onnx())
    ids = list(zip(attributes["nodes_treeids"].ints, attributes["nodes_nodeids"].ints, strict=True))
    cover = dict(zip(ids, attributes["nodes_hitrates"].floats, strict=True))
    for at, (tree, node) in enumerate(ids):
        if node == 0:
            feature, threshold = (
                attributes["nodes_featureids"].ints[at],
                np.float32(attributes["nodes_values"].floats[at]),
            )
            assert cover[tree, 0] == len(TRAIN)
            assert cover[tree, attributes["nodes_truenodeids"].ints[at]] == (TRAIN[:, feature] <= threshold).sum()


@pytest.mark.parametrize("name", ENSEMBLES)
def test_row_counts__change_no_prediction(name):
    content = ensemble(name).to_onnx()
    model, attributes = node_of(content)
    attributes["nodes_hitrates"].floats[:] = [1.0] * len(attributes["nodes_hitrates"].floats)
    one, two = (ModelRuntime().load(graph, FEATURES) for graph in (content, model.SerializeToString()))
    features = rows(500, seed=6)
    np.testing.assert_array_equal(one.late_probability(features), two.late_probability(features))


def test_average__adds_up_the_leaves_of_its_forests_in_one_node():
    forests, others = [ensemble("forest"), ensemble("extra trees")], [ensemble("boosting"), linear()]
    average = ModelTrainer().average([others[0], *forests, others[1]], [0.1, 0.4, 0.3, 0.2])
    content, features = average.to_onnx(), rows(500, seed=6)
    operators = [node.op_type for node in ModelProto.FromString(content).graph.node]
    assert operators.count("TreeEnsembleRegressor") == 2
    served = ModelRuntime().load(content, FEATURES).late_probability(features)
    np.testing.assert_allclose(served, average.late_probability(features), rtol=0, atol=1e-6)
    loaded = [ModelExplainer().load(model.to_onnx(), FEATURES).contributions(features) for model in forests]
    [together, *_] = ModelExplainer().load(content, FEATURES).members
    expected = 0.4 * loaded[0].values + 0.3 * loaded[1].values
    np.testing.assert_allclose(together.contributions(features).values, expected, rtol=0, atol=1e-7)


@pytest.mark.parametrize("name", ["boosting", "forest", "average"])
def test_older_bundle__is_served_and_explained_as_before(name):
    expected = json.loads((OLDER_GRAPHS / "expected.json").read_text())
    content, features = (OLDER_GRAPHS / f"{name}.onnx").read_bytes(), np.array(expected["features"], dtype=np.float32)
    served = ModelRuntime().load(content, FEATURES).late_probability(features)
    np.testing.assert_allclose(served, expected[name]["probabilities"], rtol=0, atol=1e-7)
    contributions = ModelExplainer().load(content, FEATURES).contributions(features)
    np.testing.assert_allclose(contributions.values, expected[name]["contributions"], rtol=0, atol=1e-7)
    assert contributions.base == pytest.approx(expected[name]["base"], abs=1e-9)


def test_older_bundle__with_another_transform_is_refused():
    model = ModelProto.FromString((OLDER_GRAPHS / "boosting.onnx").read_bytes())
    [transform] = [item for item in model.graph.node[0].attribute if item.name == "post_transform"]
    transform.s = b"SOFTMAX"
    with pytest.raises(BundleError, match="did not export"):
        ModelExplainer().load(model.SerializeToString(), FEATURES)


@pytest.mark.parametrize("everywhere", [1.0, 0.0, -1.0, np.nan, np.inf])
def test_graph__without_row_counts_is_refused(everywhere):
    model, attributes = node_of(ensemble("boosting").to_onnx())
    attributes["nodes_hitrates"].floats[:] = [everywhere] * len(attributes["nodes_hitrates"].floats)
    with pytest.raises(BundleError, match="retrain the model"):
        ModelExplainer().load(model.SerializeToString(), FEATURES)


def _another_mode(attributes):
    attributes["nodes_modes"].strings[0] = b"BRANCH_EQ"


def _another_output(attributes):
    attributes["target_ids"].ints[0] = 1


def _a_feature_too_many(attributes):
    attributes["nodes_featureids"].ints[0] = FEATURES


def _a_child_that_is_not_there(attributes):
    attributes["nodes_truenodeids"].ints[0] = 10_000


def _rows_of_some_nodes_alone(attributes):
    del attributes["nodes_hitrates"].floats[-1:]


def _no_rows(attributes):
    attributes["nodes_hitrates"].name = "something_else"


def _another_transform(attributes):
    attributes["nodes_missing_value_tracks_true"].CopyFrom(helper.make_attribute("post_transform", "SOFTMAX"))


def _another_sum(attributes):
    attributes["nodes_missing_value_tracks_true"].CopyFrom(helper.make_attribute("aggregate_function", "MAX"))


def _a_loop(attributes):
    attributes["nodes_falsenodeids"].ints[1] = 0


@pytest.mark.parametrize(
    "spoil",
    [
        _another_mode,
        _another_output,
        _a_feature_too_many,
        _a_child_that_is_not_there,
        _rows_of_some_nodes_alone,
        _no_rows,
        _another_transform,
        _another_sum,
        _a_loop,
    ],
)
def test_graph__of_another_exporter_is_refused(spoil):
    model, attributes = node_of(ensemble("boosting").to_onnx())
    spoil(attributes)
    with pytest.raises(BundleError):
        ModelExplainer().load(model.SerializeToString(), FEATURES)


def test_graph__with_a_cycle_is_refused():
    nodes = TreeNodes(
        feature=np.zeros(4, dtype=np.int64),
        threshold=np.zeros(4, dtype=np.float32),
        left=np.array([1, -1, 0, -1]),
        right=np.array([2, -1, 3, -1]),
        cover=np.zeros(4),
        value=np.ones(4),
    )
    with pytest.raises(BundleError, match="leads back"):
        TreeExplainer.from_nodes(nodes, 0.0, 1, "log_odds")


def test_branch__that_no_training_row_took_is_explained():
    nodes = TreeNodes(
        feature=np.zeros(5, dtype=np.int64),
        threshold=np.array([0, -1, 0, 0, 0], dtype=np.float32),
        left=np.array([1, 3, -1, -1, -1]),
        right=np.array([2, 4, -1, -1, -1]),
        cover=np.array([10.0, 0, 10, 0, 0]),
        value=np.array([0, 0, 0.2, 0.5, 0.9]),
    )
    contributions = TreeExplainer.from_nodes(nodes, 0.0, 1, "probability").contributions(
        np.float32([[1], [-0.5], [-2]])
    )
    assert contributions.base == pytest.approx(0.2)
    np.testing.assert_allclose(contributions.scores, [0.2, 0.9, 0.5], rtol=0, atol=1e-7)


def test_graph__of_another_kind_is_refused_by_its_operators():
    model = ModelProto.FromString(linear().to_onnx())
    del model.graph.initializer[:]
    with pytest.raises(BundleError, match="Gemm"):
        ModelExplainer().load(model.SerializeToString(), FEATURES)


def test_graph__with_external_data_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = ModelProto.FromString(linear().to_onnx())
    [reference] = [constant for constant in model.graph.initializer if constant.name == "reference"]
    Path("means.bin").write_bytes(reference.raw_data)
    reference.ClearField("raw_data")
    reference.data_location = TensorProto.EXTERNAL
    reference.external_data.add(key="location", value="means.bin")
    with pytest.raises(BundleError, match="within the model"):
        ModelExplainer().load(model.SerializeToString(), FEATURES)


def test_linear_model__is_explained_relative_to_training_means():
    contributions = ModelExplainer().load(linear().to_onnx(), FEATURES).contributions(TRAIN)
    np.testing.assert_allclose(contributions.values.mean(axis=0), 0, atol=1e-12)
    assert contributions.base == pytest.approx(
        linear().pipeline.decision_function(TRAIN.astype(np.float64)).mean(), abs=1e-12
    )


def test_graph__is_read_at_the_first_explanation():
    made = "from adapters.onnx import ModelExplainer; ModelExplainer()"
    code = f"import sys; {made}; sys.exit('onnx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
