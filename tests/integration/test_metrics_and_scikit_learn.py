"""The metrics have scikit-learn's values, to 1e-12."""

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from delay_core.evaluation import METRICS, RankedRows
from support.metric_cases import ROWS, as_arrays, draw_rows

BY_SCIKIT_LEARN = {
    "roc_auc": roc_auc_score,
    "pr_auc": average_precision_score,
    "brier": brier_score_loss,
    "log_loss": lambda labels, probabilities: log_loss(labels, probabilities, labels=[0, 1]),
}


def assert_as_scikit_learn(labels, probabilities):
    ranked = RankedRows(labels, probabilities)
    values = {metric.name: metric.value(ranked) for metric in METRICS}
    expected = {name: score(labels, probabilities) for name, score in BY_SCIKIT_LEARN.items()}
    np.testing.assert_allclose([values[name] for name in expected], list(expected.values()), rtol=1e-12, atol=1e-12)
    assert all(type(value) is float for value in values.values())


@given(rows=ROWS)
def test_any_rows__score_as_scikit_learn_says(rows):
    assert_as_scikit_learn(*as_arrays(rows))


@pytest.mark.parametrize("decimals", [1, 2, 17])
def test_resamples_with_their_ties__score_as_scikit_learn_says(decimals):
    labels, probabilities = draw_rows(700, 1, decimals)
    for seed in range(10):
        rows = np.random.default_rng(seed).integers(0, 700, 700)
        assert_as_scikit_learn(labels[rows], probabilities[rows])


def test_a_large_table__scores_as_scikit_learn_says():
    assert_as_scikit_learn(*draw_rows(150_000, 2, 4))
