"""Levels of folds: the mean of the probabilities is the late rate, their order and distances in log-odds stay."""

import numpy as np
import pytest

from delay_core.training.level_matching import match_levels

FOLD = np.repeat([0, 1, 2], 300)
PROBABILITIES = np.random.default_rng(0).uniform(0.02, 0.9, len(FOLD))
LABELS = (np.random.default_rng(1).random(len(FOLD)) < np.array([0.1, 0.5, 0.97])[FOLD]).astype(np.int8)


def log_odds(probabilities):
    return np.log(probabilities / (1 - probabilities))


def test_each_fold__has_its_late_rate_by_one_shift():
    matched = match_levels(LABELS, PROBABILITIES, FOLD)
    for rows in (number == FOLD for number in range(3)):
        assert matched[rows].mean() == pytest.approx(LABELS[rows].mean(), abs=1e-9)
        assert np.ptp(log_odds(matched[rows]) - log_odds(PROBABILITIES[rows])) < 1e-6


@pytest.mark.parametrize("kind", [0, 1])
def test_a_fold_of_one_class__stays_as_it_is(kind):
    labels = np.where(FOLD == 1, kind, LABELS).astype(np.int8)
    matched = match_levels(labels, PROBABILITIES, FOLD)
    assert (matched[FOLD == 1] == PROBABILITIES[FOLD == 1]).all()
    assert (matched[FOLD == 0] != PROBABILITIES[FOLD == 0]).all()
