"""The metrics: as they are defined, for all rows and for resamples of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.evaluation import METRICS, RankedRows, log_losses
from delay_core.evaluation.calibration_error import bin_index, calibration_bins, calibration_error
from support.metric_cases import ROWS, as_arrays, bins_by_definition, draw_rows, values_by_definition


def values(labels, probabilities):
    ranked = RankedRows(labels, probabilities)
    return {metric.name: metric.value(ranked) for metric in METRICS}


def resampled_values(labels, probabilities, counts):
    """Each metric of each resample [resamples, metrics]."""
    ranked = RankedRows(labels, probabilities)
    scorers = [metric.resampled(ranked) for metric in METRICS]
    resampled = ranked.resample(counts)
    return np.column_stack([scorer(resampled) for scorer in scorers])


def repeated_values(labels, probabilities, counts):
    """Each metric of the rows repeated as often as each resample drew them [resamples, metrics]."""
    repeated = (np.repeat(np.arange(len(labels)), row_counts) for row_counts in counts)
    return [list(values(labels[rows], probabilities[rows]).values()) for rows in repeated]


def assert_equal(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


def draw_counts(rows, resamples, seed):
    draw = np.random.default_rng(seed)
    return np.array([np.bincount(draw.integers(0, rows, rows), minlength=rows) for _ in range(resamples)])


@given(rows=ROWS)
def test_metrics__of_any_rows_are_as_defined(rows):
    actual, expected = values(*as_arrays(rows)), values_by_definition(*as_arrays(rows))
    assert list(actual) == list(expected)
    assert_equal(list(actual.values()), list(expected.values()))
    assert all(type(value) is float for value in actual.values())


@pytest.mark.parametrize("rows", [2, 3, 9, 10, 11, 19, 150, 1001])
@pytest.mark.parametrize("decimals", [1, 17])
def test_metrics__of_few_and_many_rows_with_and_without_ties_are_as_defined(rows, decimals):
    labels, probabilities = draw_rows(rows, rows, decimals)
    assert_equal(
        list(values(labels, probabilities).values()), list(values_by_definition(labels, probabilities).values())
    )


def test_metrics__do_not_depend_on_the_order_of_rows():
    labels, probabilities = draw_rows(400, 3, 2)
    order = np.random.default_rng(0).permutation(400)
    shuffled = values(labels[order], probabilities[order])
    assert_equal(list(shuffled.values()), list(values(labels, probabilities).values()))


def test_a_constant__is_one_bin_and_ranks_nothing():
    labels = np.array([1] * 20 + [0] * 80, dtype=np.int8)
    scores = values(labels, np.full(100, 0.3))
    assert scores["roc_auc"] == 0.5
    assert scores["pr_auc"] == pytest.approx(0.2)
    assert scores["ece"] == pytest.approx(0.1)


def test_perfect_probabilities__are_perfect_in_every_metric():
    labels = np.array([0, 1, 1, 0], dtype=np.int8)
    scores = values(labels, labels.astype(float))
    assert list(scores.values()) == pytest.approx([1, 1, 0, 0, 0], abs=1e-12)
    directions = {metric.name: metric.direction for metric in METRICS}
    assert [directions[name] for name, value in scores.items() if value > 0.5] == ["higher", "higher"]


def test_log_loss__of_certain_and_wrong_probabilities_is_finite():
    labels = np.array([0, 1], dtype=np.int8)
    scores = values(labels, np.array([1.0, 0.0]))
    assert scores["log_loss"] == pytest.approx(36.04, abs=0.01)
    assert scores["roc_auc"] == 0


def test_calibration_error__is_the_mean_gap_over_ten_bins_of_equal_counts():
    probabilities = np.repeat(np.arange(10) / 10 + 0.05, 10) + np.tile(np.arange(10) / 1e6, 10)
    labels = np.zeros(100, dtype=np.int8)
    labels[90:] = 1
    gaps = [*(np.arange(9) / 10 + 0.05), 0.05]
    assert values(labels, probabilities)["ece"] == pytest.approx(np.mean(gaps), abs=1e-5)


def test_metrics__leave_their_input_unchanged():
    labels, probabilities = draw_rows(100, 4, 2)
    labels.flags.writeable = probabilities.flags.writeable = False
    values(labels, probabilities)
    resampled_values(labels, probabilities, draw_counts(100, 3, 4))


@pytest.mark.parametrize("decimals", [1, 2, 17])
@pytest.mark.parametrize("rows", [40, 701])
def test_resamples__score_as_the_repeated_rows_do(rows, decimals):
    labels, probabilities = draw_rows(rows, 5, decimals)
    counts = draw_counts(rows, 12, 6)
    assert_equal(
        resampled_values(labels, probabilities, counts),
        [
            list(values_by_definition(labels[taken], probabilities[taken]).values())
            for taken in (np.repeat(np.arange(rows), row_counts) for row_counts in counts)
        ],
    )


@given(rows=ROWS, data=st.data())
def test_any_resample__scores_as_the_repeated_rows_do(rows, data):
    labels, probabilities = as_arrays(rows)
    counts = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows))))
    counts[[labels.argmax(), labels.argmin()]] += 1  # both classes are drawn
    assert_equal(
        resampled_values(labels, probabilities, counts[None, :]),
        repeated_values(labels, probabilities, counts[None, :]),
    )


def test_large_resamples__score_as_the_repeated_rows_do():
    (labels, probabilities), counts = draw_rows(150_000, 7, 17), draw_counts(150_000, 3, 8)
    assert_equal(resampled_values(labels, probabilities, counts), repeated_values(labels, probabilities, counts))


def test_a_resample__has_the_same_bits_alone_and_among_others():
    (labels, probabilities), counts = draw_rows(900, 9, 2), draw_counts(900, 200, 10)
    alone = np.concatenate([resampled_values(labels, probabilities, counts[[index]]) for index in range(len(counts))])
    np.testing.assert_array_equal(resampled_values(labels, probabilities, counts), alone)


def test_a_resample__does_not_depend_on_the_resamples_before_it():
    (labels, probabilities), counts = draw_rows(300, 9, 2), draw_counts(300, 8, 10)
    ranked = RankedRows(labels, probabilities)
    scorers = [metric.resampled(ranked) for metric in METRICS]
    blocks = [[scorer(ranked.resample(counts[start : start + 3])) for scorer in scorers] for start in (0, 3, 6)]
    in_blocks = np.concatenate([np.column_stack(block) for block in blocks])
    np.testing.assert_array_equal(in_blocks, resampled_values(labels, probabilities, counts))


@pytest.mark.parametrize("decimals", [1, 17])
def test_log_losses__have_the_metric_as_their_mean_and_need_one_class_only(decimals):
    labels, probabilities = draw_rows(300, 11, decimals)
    losses = log_losses(labels, probabilities)
    assert losses.mean() == pytest.approx(values(labels, probabilities)["log_loss"], rel=1e-12)
    late = np.ones(3, dtype=np.int8)
    np.testing.assert_allclose(
        log_losses(late, np.array([1.0, 0.5, 0.0])), [0, np.log(2), 36.04], rtol=0.001, atol=1e-12
    )


@pytest.mark.parametrize(("rows", "decimals"), [(1, 17), (9, 17), (57, 1), (700, 2), (1000, 17)])
def test_bins__are_those_of_the_calibration_error(rows, decimals):
    probabilities = np.round(np.random.default_rng(12).random(rows), decimals)
    labels = (np.random.default_rng(13).random(rows) < 0.4).astype(np.int8)
    bins = bin_index(probabilities)
    assert set(bins) <= set(range(10))
    np.testing.assert_array_equal(bins, bins_by_definition(probabilities))
    if 0 < labels.sum() < rows:
        error = sum(abs((labels - probabilities)[bins == index].sum()) for index in range(10)) / rows
        assert values(labels, probabilities)["ece"] == pytest.approx(error, abs=1e-12)


@pytest.mark.parametrize("decimals", [1, 17])
def test_calibration_bins__have_the_calibration_error_as_their_mean_gap(decimals):
    labels, probabilities = draw_rows(700, 14, decimals)
    bins = calibration_bins(labels, probabilities)
    assert bins.rows.sum() == 700
    error = np.average(np.abs(bins.mean - bins.late_share), weights=bins.rows)
    assert error == pytest.approx(calibration_error(RankedRows(labels, probabilities)), abs=1e-12)
