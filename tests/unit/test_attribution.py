"""Points of the calibrated probability by source."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.calibration import LogOddsMap, PlattScaling, RecalibratedCalibrator
from delay_core.explanation import explain, importances
from delay_core.ports.explainer import Contributions

SOURCES = {"weight": [0, 1], "mode": [2, 3, 4], "sent": [5]}


def sigmoid(scores):
    return 1 / (1 + np.exp(-np.asarray(scores, dtype=float)))


def contributions(values, base=-0.4, scale="log_odds"):
    return Contributions(base, np.array(values, dtype=float), scale)


def identity(probabilities):
    return probabilities


def steps(probabilities):
    """As isotonic regression: flat, a step at one half, flat."""
    return np.where(probabilities < 0.5, 0.2, 0.7)


def flat(probabilities):
    return np.full(len(probabilities), 0.4)


def squeezed(probabilities):
    return 0.1 + 0.5 * probabilities**2


def calibrated_probabilities(model_contributions, calibrate):
    return calibrate(
        sigmoid(model_contributions.scores) if model_contributions.scale == "log_odds" else model_contributions.scores
    )


def attribute(model_contributions, calibrate=identity):
    return explain(model_contributions, SOURCES, calibrate, calibrated_probabilities(model_contributions, calibrate))


CONTRIBUTIONS = st.lists(
    st.lists(st.floats(-4, 4), min_size=6, max_size=6), min_size=1, max_size=5
)  # fmt: skip
RECALIBRATED = RecalibratedCalibrator(
    base=PlattScaling(a=1.2, b=-0.3), log_odds_map=LogOddsMap(slopes=(0.7, 1.2), knots=(-1.0,), intercept=1.5)
)
CALIBRATIONS = st.sampled_from([identity, steps, flat, squeezed, RECALIBRATED.apply])


@given(CONTRIBUTIONS, CALIBRATIONS)
def test_points__sum_to_the_probability(values, calibrate):
    model_contributions = contributions(values)
    result = attribute(model_contributions, calibrate)
    total = result.base + result.points.sum(axis=1) / 100
    np.testing.assert_allclose(total, calibrated_probabilities(model_contributions, calibrate), rtol=0, atol=1e-9)


@given(CONTRIBUTIONS, CALIBRATIONS)
def test_points__have_the_sign_of_contributions_and_are_bounded(values, calibrate):
    model_contributions = contributions(values)
    points = attribute(model_contributions, calibrate).points
    by_source = np.stack([model_contributions.values[:, indices].sum(axis=1) for indices in SOURCES.values()], axis=1)
    assert (points * np.sign(by_source) >= -1e-9).all()
    assert (np.abs(points).sum(axis=1) <= 200).all()
    assert (np.abs(points) <= 100).all()


@given(st.lists(st.lists(st.floats(-0.1, 0.1), min_size=6, max_size=6), min_size=1, max_size=5))
def test_points__are_proportional_to_contributions_for_a_linear_map(values):
    model_contributions = contributions(values, base=0.4, scale="probability")
    points = attribute(model_contributions, lambda p: 0.1 + 0.5 * p).points
    by_source = np.stack([model_contributions.values[:, indices].sum(axis=1) for indices in SOURCES.values()], axis=1)
    np.testing.assert_allclose(points, 50 * by_source, atol=1e-9)


def test_points__of_one_side_share_the_rise_by_contribution():
    model_contributions = contributions([[0.25, 0.75, 2.0, 0.5, 0.5, 0.0]])
    result = attribute(model_contributions)
    rise = 100 * float(sigmoid(3.6) - sigmoid(-0.4))
    np.testing.assert_allclose(result.points, [[rise / 4, rise * 3 / 4, 0]])
    assert result.base == pytest.approx(sigmoid(-0.4))


def test_points__of_sides_that_cancel_are_kept():
    [[up, down, _]] = attribute(contributions([[2.0, 0, -2.0, 0, 0, 0]])).points
    assert up == pytest.approx(-down)
    assert 30 < up < 50


def test_points__on_a_flat_section_are_the_effects_of_each_side_alone():
    [[up, down, _]] = attribute(contributions([[3.0, 0, -2.9, 0, 0, 0]]), steps).points
    assert (up, down) == (pytest.approx(25), pytest.approx(-25))


def test_points__are_bounded_at_a_step():
    [[up, down, _]] = attribute(contributions([[2.0, 0, -1.59, 0, 0, 0]]), steps).points
    assert (up, down) == (pytest.approx(50), 0)
    [[up, down, _]] = attribute(contributions([[2.0, 0, -1.61, 0, 0, 0]]), steps).points
    assert (up, down) == (pytest.approx(25), pytest.approx(-25))


def test_points__are_zero_for_a_constant_map():
    result = attribute(contributions([[2.0, 0, -1, 0, 0, 1]]), flat)
    assert result.base == 0.4
    assert not result.points.any()


def test_points__sum_to_the_answer_if_the_score_differs_in_its_last_bits():
    values = [[0.4 - 1e-9, 0, 0, 0, 0, 0], [0.5, 0, -0.1 - 1e-9, 0, 0, 0], [0, 0, 0.5, 0, 0, -0.1 - 1e-9]]
    result = explain(contributions(values), SOURCES, steps, np.array([0.7, 0.7, 0.7]))  # the answer lies above the step
    np.testing.assert_allclose(result.base + result.points.sum(axis=1) / 100, 0.7, atol=1e-12)


def test_points__are_zero_without_contributions():
    result = attribute(contributions(np.zeros((2, 6)), base=0.3, scale="probability"))
    assert result.base == 0.3
    assert not result.points.any()


def test_points__of_an_extreme_score_are_finite():
    values = [[1e30, 0, 0, 0, 0, 0], [-1e30, 0, 1e20, 0, 0, 0]]
    result = explain(contributions(values), SOURCES, identity, np.array([1.0, 0.0]))
    np.testing.assert_allclose(result.base + result.points.sum(axis=1) / 100, [1, 0], atol=1e-12)


def test_importances__are_mean_absolute_points_in_descending_order():
    result = attribute(contributions([[0.01, 0, 0.5, 0, 0, -1], [-0.01, 0, -0.5, 0, 0, 1]]))
    ranked = importances(result)
    assert [importance.source for importance in ranked] == ["sent", "mode", "weight"]
    assert ranked[0].points == pytest.approx(np.abs(result.points[:, 2]).mean())
