"""The promotion gate on drawn shipments: what it lets pass and what it refuses, and how often it errs by chance."""

from dataclasses import replace

import numpy as np
import pytest

from delay_core.evaluation import compare_slices
from delay_core.promotion import GatePolicy, decide_promotion, run_checks
from support.gate_cases import POLICY, Shipments, failed, gate_inputs, logistic


@pytest.fixture
def shipments():
    return Shipments()


def texts(draw, rows):
    return np.array([f"value {n}" for n in range(12)], dtype=object)[(12 * draw.random(rows) ** 2).astype(int)]


def test_a_challenger_near_the_truth__passes_every_check(shipments):
    s = shipments
    inputs = gate_inputs(s.labels, s.noisy(0.1), s.rate, s.columns, champion=s.noisy(1.0))
    checks = run_checks(inputs, POLICY)
    assert all(check.passed for check in checks)
    assert [check.name for check in checks] == [
        "history", "gain_over_baseline", "gain_over_recent", "gain_over_champion", "rows", "calibration",
        "slices_over_baseline", "slices_over_champion", "parity", "leakage",
    ]  # fmt: skip
    result = decide_promotion(checks, force=False)
    assert (result.promoted, result.trigger) == (True, "gate")
    assert "beats the historical late rate" in result.reasons[0]
    assert "beats the recent late rate" in result.reasons[1]
    assert "beats the champion (version 3)" in result.reasons[2]


def test_a_challenger_no_better_than_the_champion__is_refused(shipments):
    s = shipments
    assert failed(gate_inputs(s.labels, s.noisy(0.1), s.rate, s.columns, champion=s.truth)) == ["gain_over_champion"]


def test_much_noise__fails_the_gain_and_the_calibration(shipments):
    s = shipments
    assert {"gain_over_baseline", "calibration"} <= set(failed(gate_inputs(s.labels, s.noisy(4.0), s.rate)))


def test_miscalibrated_probabilities_that_rank_well__fail_the_calibration_alone(shipments):
    s = shipments
    assert failed(gate_inputs(s.labels, logistic(s.logits + 0.6), s.rate)) == ["calibration"]


def test_true_probabilities__pass_the_calibration_on_few_rows():
    errors, refused = [], 0
    for seed in range(40):
        s = Shipments(150, seed)
        inputs = gate_inputs(s.labels, s.truth, s.rate)
        errors.append(inputs.estimates["ece"].value)
        refused += "calibration" in failed(inputs)
    assert np.mean(errors) > 0.05
    assert refused == 0


def test_a_good_model_that_is_terrible_in_one_category__is_refused_with_that_category(shipments):
    s = shipments
    there = s.columns["Port"] == "port 5"
    challenger = np.where(there, 1 - s.truth, s.truth)
    inputs = gate_inputs(s.labels, challenger, s.rate, s.columns, champion=s.noisy(1.5))
    assert inputs.gain_over_baseline.low > 0
    assert {"slices_over_baseline", "slices_over_champion"} <= set(failed(inputs))
    check = next(check for check in run_checks(inputs, POLICY) if check.name == "slices_over_baseline")
    assert "where Port is port 5 (" in check.message
    assert "port 4" not in check.message
    assert check.value.high < check.limit == -0.02


def test_many_slices__do_not_refuse_an_honest_model():
    """It says the late rate but for noise that costs nothing: each slice alone is significantly worse in 1 of 40."""
    refused = 0
    for seed in range(6):
        s = Shipments(1200, seed)
        columns = {f"column {n}": texts(s.draw, 1200) for n in range(5)}
        near_the_rate = logistic(np.log(s.rate / (1 - s.rate)) + s.draw.normal(0, 0.02, 1200))
        slices = compare_slices(columns, s.labels, near_the_rate, s.rate, seed)
        assert len(slices) > 40
        inputs = replace(gate_inputs(s.labels, s.truth, s.rate), slices=slices)
        refused += bool(failed(inputs, GatePolicy(maximum_slice_loss=0)))
    assert refused <= 1


def test_many_slices_of_rare_delays__do_not_refuse_an_honest_model():
    refused = 0
    for seed in range(6):
        draw = np.random.default_rng(seed)
        truth = logistic(draw.normal(-3.5, 0.5, 1200))
        labels, rate = (draw.random(1200) < truth).astype(np.int8), np.full(1200, truth.mean())
        columns = {f"column {n}": texts(draw, 1200) for n in range(4)}
        slices = compare_slices(columns, labels, truth, rate, seed)
        assert len(slices) > 30
        inputs = replace(gate_inputs(labels, truth, rate), slices=slices)
        refused += "slices_over_baseline" in failed(inputs, GatePolicy(maximum_slice_loss=0))
    assert refused <= 1


def test_a_model_of_permuted_labels__is_promoted_in_at_most_five_percent_of_cases():
    promoted = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        features, labels = draw.normal(size=(600, 6)), (draw.random(600) < 0.35).astype(np.int8)
        weights, learned = np.zeros(7), np.column_stack([np.ones(400), features[:400]])
        for _ in range(8):  # Newton's steps
            p = logistic(learned @ weights)
            curvature = learned.T @ (learned * (p * (1 - p))[:, None]) + 0.01 * np.eye(7)
            weights += np.linalg.solve(curvature, learned.T @ (labels[:400] - p))
        challenger = logistic(np.column_stack([np.ones(200), features[400:]]) @ weights)
        promoted += not failed(gate_inputs(labels[400:], challenger, np.full(200, labels[:400].mean())))
    assert promoted <= 2


def test_a_model_near_the_late_rate__is_promoted_in_at_most_five_percent_of_cases():
    """Noise so small that it costs nothing: the gain lies on either side of 0 alike, the worst case for the gate."""
    promoted = 0
    for seed in range(100):
        draw = np.random.default_rng(seed)
        labels = (draw.random(300) < 0.35).astype(np.int8)
        challenger = logistic(np.log(0.35 / 0.65) + draw.normal(0, 0.01, 300))
        promoted += not failed(gate_inputs(labels, challenger, np.full(300, 0.35)))
    assert promoted <= 5
