"""Every ScoringMetrics: scikit-learn's figures to 1e-12, and a calibration error that keeps equal answers together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import scoring_metrics as fake
from support.lazy_module import LazyModule

real, reference = LazyModule("adapters.model"), LazyModule("sklearn.metrics")


@pytest.fixture(params=["fake", "numpy"])
def metrics(request):
    return fake.ScoringMetrics() if request.param == "fake" else real.ScoringMetrics()


def by_sklearn(labels, probabilities):
    return (
        reference.roc_auc_score(labels, probabilities),
        reference.average_precision_score(labels, probabilities),
        reference.brier_score_loss(labels, probabilities),
        reference.log_loss(labels, probabilities, labels=[0, 1]),
    )


def assert_as_sklearn(metrics, labels, probabilities):
    scores = metrics.score(labels, probabilities)
    np.testing.assert_allclose(scores[:4], by_sklearn(labels, probabilities), rtol=1e-12, atol=1e-12)
    assert all(type(figure) is float for figure in scores)


def drawn(rows, seed, decimals):
    draw = np.random.default_rng(seed)
    probabilities = np.round(draw.random(rows), decimals)
    labels = (draw.random(rows) < probabilities).astype(np.int8)
    labels[:2] = (0, 1)
    return labels, probabilities


PROBABILITIES = st.one_of(st.sampled_from([0.0, 1.0, 0.5, 1e-9, 1e-300, 1 - 1e-12, 0.2]), st.floats(0, 1))
SCORED = st.lists(st.tuples(st.integers(0, 1), PROBABILITIES), min_size=2, max_size=60).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


@pytest.mark.real
@pytest.mark.parametrize("adapter", ["fake", "numpy"])
@given(rows=SCORED)
def test_any_rows_score_as_scikit_learn_says(adapter, rows):
    labels = np.array([label for label, _ in rows], dtype=np.int8)
    metrics = (fake if adapter == "fake" else real).ScoringMetrics()
    assert_as_sklearn(metrics, labels, np.array([probability for _, probability in rows]))


@pytest.mark.real
@pytest.mark.parametrize("decimals", [1, 2, 17])
def test_resamples_with_their_ties_score_as_scikit_learn_says(metrics, decimals):
    labels, probabilities = drawn(700, 1, decimals)
    for seed in range(10):
        rows = np.random.default_rng(seed).integers(0, 700, 700)
        assert_as_sklearn(metrics, labels[rows], probabilities[rows])


def test_a_large_table_scores_as_scikit_learn_says():
    assert_as_sklearn(real.ScoringMetrics(), *drawn(150_000, 2, 4))


@pytest.mark.parametrize("rows", [2, 3, 9, 10, 11, 19, 150, 1001])
def test_both_adapters_agree_on_all_five(rows):
    for decimals in (1, 17):
        given_rows = drawn(rows, rows, decimals)
        np.testing.assert_allclose(
            real.ScoringMetrics().score(*given_rows), fake.ScoringMetrics().score(*given_rows), rtol=1e-12, atol=1e-12
        )


def test_the_order_of_rows_does_not_matter(metrics):
    labels, probabilities = drawn(400, 3, 2)
    order = np.random.default_rng(0).permutation(400)
    shuffled = metrics.score(labels[order], probabilities[order])
    np.testing.assert_allclose(shuffled, metrics.score(labels, probabilities), rtol=1e-12, atol=1e-12)


def test_a_constant_is_one_bin_and_ranks_nothing(metrics):
    labels = np.array([1] * 20 + [0] * 80, dtype=np.int8)
    scores = metrics.score(labels, np.full(100, 0.3))
    assert scores.roc_auc == 0.5
    assert scores.pr_auc == pytest.approx(0.2)
    assert scores.ece == pytest.approx(0.1)


def test_perfect_probabilities_are_perfect_in_every_figure(metrics):
    labels = np.array([0, 1, 1, 0], dtype=np.int8)
    assert metrics.score(labels, labels.astype(float)) == pytest.approx((1, 1, 0, 0, 0), abs=1e-12)


def test_certain_and_wrong_costs_much_but_not_infinitely(metrics):
    labels = np.array([0, 1], dtype=np.int8)
    scores = metrics.score(labels, np.array([1.0, 0.0]))
    assert scores.log_loss == pytest.approx(36.04, abs=0.01)
    assert scores.roc_auc == 0


def test_calibration_error_is_the_mean_gap_over_ten_bins_of_equal_counts(metrics):
    probabilities = np.repeat(np.arange(10) / 10 + 0.05, 10) + np.tile(np.arange(10) / 1e6, 10)
    labels = np.zeros(100, dtype=np.int8)
    labels[90:] = 1
    gaps = [*(np.arange(9) / 10 + 0.05), 0.05]
    assert metrics.score(labels, probabilities).ece == pytest.approx(np.mean(gaps), abs=1e-5)


def test_the_input_is_left_alone(metrics):
    labels, probabilities = drawn(100, 4, 2)
    labels.flags.writeable = probabilities.flags.writeable = False
    metrics.score(labels, probabilities)


def counted(rows, resamples, seed):
    draw = np.random.default_rng(seed)
    return np.array([np.bincount(draw.integers(0, rows, rows), minlength=rows) for _ in range(resamples)])


@pytest.mark.parametrize("decimals", [1, 2, 17])
@pytest.mark.parametrize("rows", [40, 701])
def test_resamples_by_counts_score_as_the_repeated_rows_do(metrics, rows, decimals):
    labels, probabilities = drawn(rows, 5, decimals)
    counts = counted(rows, 12, 6)
    scored = metrics.resampler(labels, probabilities)(counts)
    for often, figures in zip(counts, scored, strict=True):
        taken = np.repeat(np.arange(rows), often)
        expected = real.ScoringMetrics().score(labels[taken], probabilities[taken])
        np.testing.assert_allclose(figures, expected, rtol=1e-12, atol=1e-12)


@given(rows=SCORED, data=st.data())
def test_any_counts_score_as_the_repeated_rows_do(rows, data):
    labels = np.array([label for label, _ in rows], dtype=np.int8)
    probabilities = np.array([probability for _, probability in rows])
    counts = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows))))
    counts[[labels.argmax(), labels.argmin()]] += 1  # both classes are drawn
    metrics, taken = real.ScoringMetrics(), np.repeat(np.arange(len(rows)), counts)
    np.testing.assert_allclose(
        metrics.resampler(labels, probabilities)(counts[None, :])[0],
        metrics.score(labels[taken], probabilities[taken]),
        rtol=1e-12,
        atol=1e-12,
    )


def test_large_resamples_score_as_the_repeated_rows_do():
    metrics, (labels, probabilities), counts = real.ScoringMetrics(), drawn(150_000, 7, 17), counted(150_000, 3, 8)
    scored = metrics.resampler(labels, probabilities)(counts)
    for often, figures in zip(counts, scored, strict=True):
        taken = np.repeat(np.arange(len(labels)), often)
        np.testing.assert_allclose(figures, metrics.score(labels[taken], probabilities[taken]), rtol=1e-12, atol=1e-12)


def test_a_resample_scores_the_same_bits_alone_and_among_others():
    (labels, probabilities), counts = drawn(900, 9, 2), counted(900, 200, 10)
    resampled = real.ScoringMetrics().resampler(labels, probabilities)
    alone = np.concatenate([resampled(counts[at : at + 1]) for at in range(len(counts))])
    np.testing.assert_array_equal(resampled(counts), alone)


@pytest.mark.parametrize("decimals", [1, 17])
def test_the_log_losses_of_rows_have_the_scored_mean_and_need_one_class_only(metrics, decimals):
    labels, probabilities = drawn(300, 11, decimals)
    losses = metrics.log_losses(labels, probabilities)
    assert losses.mean() == pytest.approx(metrics.score(labels, probabilities).log_loss, rel=1e-12)
    late = np.ones(3, dtype=np.int8)
    np.testing.assert_allclose(
        metrics.log_losses(late, np.array([1.0, 0.5, 0.0])), [0, np.log(2), 36.04], rtol=0.001, atol=1e-12
    )


@pytest.mark.parametrize(("rows", "decimals"), [(1, 17), (9, 17), (57, 1), (700, 2), (1000, 17)])
def test_the_bins_of_rows_are_those_of_the_calibration_error(metrics, rows, decimals):
    probabilities = np.round(np.random.default_rng(12).random(rows), decimals)
    labels = (np.random.default_rng(13).random(rows) < 0.4).astype(np.int8)
    bins = metrics.bins(probabilities)
    assert set(bins) <= set(range(10))
    np.testing.assert_array_equal(bins, fake.ScoringMetrics().bins(probabilities))
    if 0 < labels.sum() < rows:
        error = sum(abs((labels - probabilities)[bins == k].sum()) for k in range(10)) / rows
        assert metrics.score(labels, probabilities).ece == pytest.approx(error, abs=1e-12)
