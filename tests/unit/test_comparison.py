"""Figures with intervals, and differences that are paired."""

import numpy as np
import pytest

from adapters.model import ScoringMetrics
from delay_core.comparison import compare
from delay_core.errors import TrainingRefused

RANDOM = np.random.default_rng(11)
TRUTH = RANDOM.beta(2, 3, 600)
LATE = (RANDOM.random(600) < TRUTH).astype(np.int8)
WORSE = np.clip(TRUTH + RANDOM.normal(scale=0.25, size=600), 0.01, 0.99)
RATE = np.full(600, LATE.mean())


def test_values_lie_within_their_intervals_and_the_better_model_scores_better():
    figures = compare(ScoringMetrics(), LATE, {"truth": TRUTH, "worse": WORSE}, seed=1).figures
    assert figures["truth"].roc_auc.low < figures["truth"].roc_auc.value < figures["truth"].roc_auc.high
    assert figures["truth"].log_loss.value < figures["worse"].log_loss.value
    assert figures["truth"].flat("test")["test.roc_auc"] == figures["truth"].roc_auc.value


def test_a_gain_is_paired_so_its_interval_is_narrower_than_the_figures_own():
    near = np.clip(TRUTH + 0.02, 0.01, 0.99)
    compared = compare(ScoringMetrics(), LATE, {"truth": TRUTH, "near": near, "rate": RATE}, seed=1)
    gain, loss = compared.gain("truth", "near"), compared.figures["near"].log_loss
    assert gain.high - gain.low < (loss.high - loss.low) / 2
    assert compared.gain("truth", "rate").low > 0
    assert compared.gain("truth", "truth").value == 0


def test_the_same_seed_gives_the_same_intervals():
    one, two, other = (compare(ScoringMetrics(), LATE, {"truth": TRUTH}, seed=seed).figures for seed in (1, 1, 2))
    assert one == two != other


def test_one_class_alone_compares_nothing():
    with pytest.raises(TrainingRefused, match="one class only"):
        compare(ScoringMetrics(), np.ones(50, dtype=np.int8), {"rate": np.full(50, 0.5)}, seed=1)
