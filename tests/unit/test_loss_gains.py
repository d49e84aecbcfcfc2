"""Another model replaces the default if it is better on average by more than noise, and worse in no fold by more."""

import numpy as np
import pytest

from delay_core.training.loss_gains import LossGains
from delay_core.training.search import fold_weights

FOLDS, ROWS = 4, 60
FOLD = np.repeat(np.arange(FOLDS), ROWS)
SEVEN_OTHERS = 7


def sigmoid(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def sample(seed, strength=1.0):
    """Log-odds of the true probabilities, and labels drawn from them [rows]."""
    draw = np.random.default_rng(seed)
    truth = draw.normal(-1, strength, size=len(FOLD))
    return truth, (draw.random(len(FOLD)) < sigmoid(truth)).astype(np.int8)


def is_chosen(labels, default, other, groups=None):
    gains = LossGains.measure(labels, FOLD, groups, default, other)
    return gains.are_beyond_noise(fold_weights(FOLDS), SEVEN_OTHERS)


def impossible(probabilities, labels, fold):
    """The probabilities with 0 for the first late shipment of the fold."""
    [first, *_] = np.flatnonzero((labels == 1) & (fold == FOLD))
    return np.where(np.arange(len(labels)) == first, 0.0, probabilities)


def test_a_model__is_chosen_where_the_default_calls_one_late_shipment_impossible():
    truth, labels = sample(1)
    default, other = impossible(sigmoid(truth), labels, fold=1), sigmoid(truth + 0.1)
    gains = LossGains.measure(labels, FOLD, None, default, other)
    assert (gains.gains < 0).any()  # it is not better on every fold
    assert is_chosen(labels, default, other)


@pytest.mark.parametrize("fold", [0, 3])
def test_a_model__is_not_chosen_if_it_calls_a_late_shipment_impossible_itself(fold):
    truth, labels = sample(1)
    default, other = impossible(sigmoid(truth), labels, fold=1), sigmoid(truth + 0.1)
    assert not is_chosen(labels, default, impossible(other, labels, fold))


def test_a_model__is_not_chosen_if_it_is_much_worse_in_one_fold():
    truth, labels = sample(1)
    default, other = impossible(sigmoid(truth), labels, fold=1), sigmoid(truth + 0.1)
    other[FOLD == 0] = sigmoid(-truth[FOLD == 0])
    gains = LossGains.measure(labels, FOLD, None, default, other)
    assert (fold_weights(FOLDS) * gains.gains).sum() > 0
    assert not is_chosen(labels, default, other)


@pytest.mark.parametrize("rows", [slice(None), slice(None, None, 10)], ids=["240 rows", "24 rows"])
def test_luck__rarely_replaces_the_default(rows):
    """Two models of equal worth, and the luckiest of seven on permuted labels; seldom is one chosen."""
    chosen = 0
    for seed in range(40):
        truth, labels = sample(seed)
        draw = np.random.default_rng(seed + 1000)
        shuffled, default = draw.permutation(labels), sigmoid(truth)
        others = [sigmoid(truth + draw.normal(scale=0.3, size=len(truth))) for _ in range(SEVEN_OTHERS)]
        for outcomes in (labels, shuffled):
            gains = [LossGains.measure(outcomes[rows], FOLD[rows], None, default[rows], p[rows]) for p in others]
            luckiest = max(gains, key=lambda gain: (fold_weights(FOLDS) * gain.gains).sum())
            chosen += luckiest.are_beyond_noise(fold_weights(FOLDS), SEVEN_OTHERS)
    assert chosen <= 0.1 * 80


def test_noise__is_larger_where_rows_depend_on_each_other():
    truth, labels = sample(3)
    alone, grouped = (
        LossGains.measure(labels, FOLD, groups, sigmoid(truth), sigmoid(truth + 1))
        for groups in (None, np.arange(len(FOLD)) // 4)
    )
    np.testing.assert_array_equal(alone.gains, grouped.gains)
    assert (grouped.noise > 1.5 * alone.noise).all()
