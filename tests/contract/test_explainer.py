"""Every ModelExplainer: contributions that add up to the model's own score, from the bytes that are served."""

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import pytest

from delay_core.errors import BundleError
from fakes import explainer as fake_explainer
from fakes import model_runtime as fake_runtime
from fakes import model_trainer as fake_trainer
from support.explained_models import ENSEMBLES, FEATURES, LABELS, TRAIN, UNUSED, ensemble, linear, rows
from support.lazy_module import LazyModule

real, sklearn_ensemble = LazyModule("adapters.onnx"), LazyModule("sklearn.ensemble")
baseline = LazyModule("adapters.sklearn.families.baseline")
trainer = LazyModule("adapters.sklearn.model_trainer")
trees = LazyModule("adapters.sklearn.families.tree_ensemble")


@pytest.fixture(params=["fake", "numpy"], scope="module")
def explained(request):
    """A kind of explainer, the runtime that serves the same bytes, and models of every family."""
    if request.param == "fake":
        weights = (1.0, 0.01, -2.0, 0.5, 0.1, 0.0)
        members = [fake_trainer.FittedModel(weights, -0.5), fake_trainer.FittedModel((*weights[1:], 0.0), 2.0)]
        average = fake_trainer.ModelTrainer().average(members, (0.25, 0.75))
        return fake_explainer.ModelExplainer(), fake_runtime.ModelRuntime(), [*members[:1], average]
    families = [*map(ensemble, ENSEMBLES), linear(), baseline.ConstantModel(0.3, FEATURES)]
    shares = np.arange(1, len(families) + 1) / sum(range(len(families) + 1))
    families.append(trainer.ModelTrainer().average(families, shares))
    return real.ModelExplainer(), real.ModelRuntime(), families


def probability(contributions):
    scores = contributions.scores
    return 1 / (1 + np.exp(-scores)) if contributions.scale == "log_odds" else scores


def test_contributions__sum_to_the_served_probability(explained):
    explainer, runtime, models = explained
    features = rows(200, seed=1)
    for model in models:
        content = model.to_onnx()
        contributions = explainer.load(content, FEATURES).contributions(features)
        assert contributions.values.shape == features.shape
        assert contributions.values.dtype == np.float64
        served = runtime.load(content, FEATURES).late_probability(features)
        np.testing.assert_allclose(probability(contributions), served, rtol=0, atol=1e-6)


def test_row__has_the_same_bits_alone_and_in_a_batch(explained):
    explainer, _, models = explained
    features = rows(20, seed=2)
    for model in models:
        loaded = explainer.load(model.to_onnx(), FEATURES)
        alone = [loaded.contributions(features[at : at + 1]).values[0] for at in range(20)]
        np.testing.assert_array_equal(alone, loaded.contributions(features).values)


def test_empty_batch__has_an_empty_result(explained):
    explainer, _, models = explained
    for model in models:
        assert explainer.load(model.to_onnx(), FEATURES).contributions(rows(0)).values.shape == (0, FEATURES)


def test_constant_feature__contributes_nothing(explained):
    explainer, _, models = explained
    for model in models:
        assert not explainer.load(model.to_onnx(), FEATURES).contributions(rows(50)).values[:, UNUSED].any()


def test_threads__get_the_result_of_a_single_thread(explained):
    explainer, _, models = explained
    loaded = explainer.load(models[0].to_onnx(), FEATURES)
    batches = [rows(1 + seed % 3, seed) for seed in range(60)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(loaded.contributions, batches))
    for batch, batch_contributions in zip(batches, together, strict=True):
        np.testing.assert_array_equal(batch_contributions.values, loaded.contributions(batch).values)


def test_wrong_number_of_features__is_refused(explained):
    explainer, _, models = explained
    for model in models:
        with pytest.raises(BundleError, match=str(FEATURES)):
            explainer.load(model.to_onnx(), FEATURES + 1)


@pytest.mark.parametrize("content", [b"", b"no model", b"\x80\x04K\x01.", b"[]", bytes(1000)])
def test_load__refuses_other_bytes(explained, content):
    with pytest.raises(BundleError):
        explained[0].load(content, FEATURES)


def test_load__refuses_a_truncated_model(explained):
    explainer, _, models = explained
    for model in models:
        content = model.to_onnx()
        for length in range(1, len(content) // 2, max(1, len(content) // 20)):
            with pytest.raises(BundleError):
                explainer.load(content[:length], FEATURES)


class _Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_load__refuses_a_pickle_without_running_it(explained, tmp_path):
    with pytest.raises(BundleError):
        explained[0].load(pickle.dumps(_Touch(tmp_path / "executed")), FEATURES)
    assert not (tmp_path / "executed").exists()


# What only trees can get wrong.


@pytest.mark.parametrize("name", ENSEMBLES)
def test_trees__have_the_contributions_of_the_reference_implementation(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it and the compiler that it brings warn of their own future when imported
        shap = pytest.importorskip("shap")
    features, model = rows(60, seed=4), ensemble(name)
    oracle = shap.TreeExplainer(model.ensemble, feature_perturbation="tree_path_dependent")
    expected = oracle.shap_values(features)
    expected, base = (
        (expected, oracle.expected_value) if expected.ndim == 2 else (expected[:, :, 1], oracle.expected_value[1])
    )
    contributions = real.ModelExplainer().load(model.to_onnx(), FEATURES).contributions(features)
    np.testing.assert_allclose(contributions.values, expected, rtol=0, atol=1e-6)
    assert contributions.base == pytest.approx(float(np.ravel(base)[0]), abs=1e-6)


def test_tree__contributions_match_the_definition_of_shapley_values():
    forest = sklearn_ensemble.RandomForestClassifier(1, max_depth=5, random_state=3).fit(TRAIN, LABELS)
    tree = forest.estimators_[0].tree_

    def expected(row, known, node=0):
        if tree.children_left[node] < 0:
            return tree.value[node, 0, 1]
        yes, no = tree.children_left[node], tree.children_right[node]
        if tree.feature[node] in known:
            return expected(row, known, yes if row[tree.feature[node]] <= tree.threshold[node] else no)
        cover = tree.weighted_n_node_samples
        return (cover[yes] * expected(row, known, yes) + cover[no] * expected(row, known, no)) / cover[node]

    def shapley(row, feature):
        others = set(range(FEATURES)) - {feature}
        return sum(
            factorial(size) * factorial(FEATURES - size - 1) / factorial(FEATURES)
            * (expected(row, {*known, feature}) - expected(row, known))
            for size in range(FEATURES)
            for known in combinations(others, size)
        )  # fmt: skip

    features = rows(5, seed=5)
    contributions = (
        real.ModelExplainer().load(trees.TreeEnsembleModel(forest).to_onnx(), FEATURES).contributions(features)
    )
    by_definition = [[shapley(row, feature) for feature in range(FEATURES)] for row in features]
    np.testing.assert_allclose(contributions.values, by_definition, rtol=0, atol=1e-7)


def test_boosting__base_is_the_mean_score_of_the_training_rows():
    model = ensemble("boosting")
    base = real.ModelExplainer().load(model.to_onnx(), FEATURES).contributions(TRAIN[:1]).base
    assert base == pytest.approx(model.ensemble.decision_function(TRAIN).mean(), abs=1e-6)


def test_deep_trees__are_exact_for_rows_outside_the_training_range():
    draw = np.random.default_rng(0)
    wide = draw.normal(size=(3000, 40)).astype(np.float32)
    labels = (np.sort(wide, axis=1)[:, 30] + draw.normal(size=3000) > 0.7).astype(np.int8)
    content = trees.TreeEnsembleModel(
        sklearn_ensemble.RandomForestClassifier(3, max_features=1, random_state=0).fit(wide, labels)
    ).to_onnx()
    extreme = np.concatenate([wide[:20], wide[:20] * 1e30, np.full((1, 40), np.finfo(np.float32).max, np.float32)])
    contributions = real.ModelExplainer().load(content, 40).contributions(extreme)
    served = real.ModelRuntime().load(content, 40).late_probability(extreme)
    np.testing.assert_allclose(contributions.scores, served, rtol=0, atol=1e-6)
