"""Metrics with intervals, and differences that are paired."""

import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from delay_core.errors import TrainingRefused
from delay_core.evaluation import METRICS, RESAMPLES, RankedRows, compare, ece_noise_floor
from delay_core.evaluation.calibration_error import calibration_error
from support.call_counts import CountedRanking

RANDOM = np.random.default_rng(11)
TRUTH = RANDOM.beta(2, 3, 600)
LATE = (RANDOM.random(600) < TRUTH).astype(np.int8)
WORSE = np.clip(TRUTH + RANDOM.normal(scale=0.25, size=600), 0.01, 0.99)
RATE = np.full(600, LATE.mean())


def test_estimates__lie_within_their_intervals_and_rank_the_models():
    figures = compare(LATE, {"truth": TRUTH, "worse": WORSE}, seed=1).estimates
    assert figures["truth"]["roc_auc"].low < figures["truth"]["roc_auc"].value < figures["truth"]["roc_auc"].high
    assert figures["truth"]["log_loss"].value < figures["worse"]["log_loss"].value
    assert figures["truth"].flatten("test")["test.roc_auc"] == figures["truth"]["roc_auc"].value


def test_a_gain__is_paired_so_its_interval_is_narrow():
    near = np.clip(TRUTH + 0.02, 0.01, 0.99)
    compared = compare(LATE, {"truth": TRUTH, "near": near, "rate": RATE}, seed=1)
    gain, loss = compared.gain("truth", "near"), compared.estimates["near"]["log_loss"]
    assert gain.high - gain.low < (loss.high - loss.low) / 2
    assert compared.gain("truth", "rate").low > 0
    assert compared.gain("truth", "truth").value == 0


def test_intervals__are_the_same_for_the_same_seed():
    one, two, other = (compare(LATE, {"truth": TRUTH}, seed=seed).estimates for seed in (1, 1, 2))
    assert one == two != other


def test_comparison__refuses_one_class_alone():
    with pytest.raises(TrainingRefused, match="one class only"):
        compare(np.ones(50, dtype=np.int8), {"rate": np.full(50, 0.5)}, seed=1)


def test_intervals__are_those_of_rows_drawn_and_scored_one_by_one():
    draw = np.random.default_rng(5)
    resampled = []
    for _ in range(RESAMPLES):
        rows = draw.integers(0, len(LATE), len(LATE))
        ranked = RankedRows(LATE[rows], WORSE[rows])
        resampled.append({metric.name: metric.value(ranked) for metric in METRICS})
    estimates = compare(LATE, {"worse": WORSE}, seed=5).estimates["worse"]
    for metric in METRICS:
        estimate = estimates[metric.name]
        expected = np.quantile([values[metric.name] for values in resampled], [0.025, 0.975])
        assert [estimate.low, estimate.high] == pytest.approx(expected, abs=1e-6)


def test_every_resample__holds_both_classes():
    rare = np.zeros(80, dtype=np.int8)
    rare[7] = 1
    figures = compare(rare, {"rate": np.linspace(0.1, 0.9, 80)}, seed=1).estimates["rate"]
    assert np.isfinite([figures["roc_auc"].low, figures["roc_auc"].high, figures["pr_auc"].low]).all()


def test_groups_of_one_row__are_resampled_as_rows():
    predictions = {"truth": TRUTH, "rate": RATE}
    alone = compare(LATE, predictions, seed=1)
    grouped = compare(LATE, predictions, seed=1, groups=np.arange(600) * 7 + 3)
    assert grouped.estimates == alone.estimates


def test_repeated_rows__do_not_narrow_the_interval_of_groups():
    once = compare(LATE, {"truth": TRUTH, "rate": RATE}, seed=1).gain("truth", "rate")
    labels, many = np.repeat(LATE, 9), {"truth": np.repeat(TRUTH, 9), "rate": np.repeat(RATE, 9)}
    blind = compare(labels, many, seed=1).gain("truth", "rate")
    gain = compare(labels, many, seed=1, groups=np.repeat(np.arange(600), 9)).gain("truth", "rate")
    assert blind.high - blind.low == pytest.approx((once.high - once.low) / 3, rel=0.2)
    assert gain == once


def test_intervals__of_groups_have_their_coverage():
    """Rows of a group share a cause that no model knows: the mean outcome's 95 % interval should miss it in 5 %."""
    misses = {"rows": 0, "groups": 0}
    for seed in range(100):
        draw = np.random.default_rng(seed)
        groups = draw.permutation(np.repeat(np.arange(60), 10))
        labels = (draw.random(600) < draw.beta(1, 1, 60)[groups]).astype(np.int8)
        halves = {"half": np.full(600, 0.6)}
        for kept, codes in (("rows", None), ("groups", groups)):
            log_loss = compare(labels, halves, seed=seed, groups=codes).estimates["half"]["log_loss"]
            expected = -(np.log(0.6) + np.log(0.4)) / 2
            misses[kept] += not log_loss.low <= expected <= log_loss.high
    assert misses["groups"] <= 11
    assert misses["rows"] >= 25


def test_comparison__gives_the_same_bits_on_one_core_and_two():
    code = (
        "import os, sys; os.sched_setaffinity(0, set(list(os.sched_getaffinity(0))[: int(sys.argv[1])]))\n"
        "import numpy as np\n"
        "from delay_core.evaluation import compare\n"
        "draw = np.random.default_rng(1); truth = draw.random(9000)\n"
        "late = (draw.random(9000) < truth).astype(np.int8)\n"
        "compared = compare(late, {'truth': truth, 'tied': truth.round(2)}, 1)\n"
        "print(compared.estimates, [loss['log_loss'].tobytes().hex() for loss in compared.resampled.values()])"
    )
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system does not say which cores a process may use")
    one, two = (
        subprocess.run([sys.executable, "-c", code, cores], capture_output=True, text=True, check=True).stdout
        for cores in "12"
    )
    assert one == two


def test_comparison__ranks_each_model_once_and_needs_little_memory(monkeypatch):
    draw = np.random.default_rng(2)
    truth = draw.random(50_000)
    labels, near = (draw.random(50_000) < truth).astype(np.int8), np.clip(truth + 0.01, 0.01, 0.99)
    ranking = CountedRanking(monkeypatch)
    tracemalloc.start()
    compare(labels, {"truth": truth, "near": near}, seed=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ranking.rows == 2 * 50_000  # once for all metrics and all resamples
    assert peak < 20e6


@pytest.mark.parametrize(("rows", "usual", "seeds"), [(150, 0.1, 60), (1000, 0.04, 60), (10_000, 0.015, 20)])
def test_ece_noise_floor__explains_the_calibration_error_of_true_probabilities(rows, usual, seeds):
    beyond, chances = 0, []
    for seed in range(seeds):
        labels, truth = _true(rows, seed)
        chances.append(ece_noise_floor(labels, truth, seed))
        beyond += calibration_error(RankedRows(labels, truth)) > chances[-1]
    assert np.mean(chances) == pytest.approx(usual, rel=0.35)
    assert beyond <= 8 * seeds / 60


def test_ece_noise_floor__does_not_explain_miscalibrated_probabilities():
    labels, truth = _true(1000, 1)
    off = 1 / (1 + np.exp(-3 * np.log(truth / (1 - truth))))
    assert calibration_error(RankedRows(labels, off)) > ece_noise_floor(labels, off, 1) + 0.05


def test_ece_noise_floor__is_higher_where_rows_repeat_each_other():
    labels, truth = _true(300, 2)
    alone = ece_noise_floor(labels, truth, 1)
    repeated, groups = (np.repeat(labels, 9), np.repeat(truth, 9)), np.repeat(np.arange(300), 9)
    assert ece_noise_floor(*repeated, 1) < 0.6 * alone
    assert ece_noise_floor(*repeated, 1, groups=groups) == pytest.approx(alone, rel=0.25)


def _true(rows, seed):
    draw = np.random.default_rng(seed)
    truth = draw.beta(2, 3, rows)
    return (draw.random(rows) < truth).astype(np.int8), truth
