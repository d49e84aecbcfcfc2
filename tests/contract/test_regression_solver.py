"""Every RegressionSolver: calibrators fitted with it find the planted distortion and never reverse ranks."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.calibration import METHODS, IdentityCalibrator
from delay_core.errors import TrainingRefused
from delay_core.training.calibration_fit import fit_calibrator
from fakes import regression_solver as fake
from support.lazy_module import LazyModule

real, isotonic = LazyModule("adapters.sklearn.regression_solver"), LazyModule("sklearn.isotonic")

LEARNED = [method for method in METHODS if method != "none"]
ROWS = 20_000


@pytest.fixture(params=["fake", "scikit-learn"])
def solver(request):
    return fake.RegressionSolver() if request.param == "fake" else real.RegressionSolver()


@pytest.fixture
def fit(solver):
    """Fits a calibrator of a method to labels and probabilities."""
    return partial(fit_calibrator, solver)


def sigmoid(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def drawn(truth, seed=0):
    return (np.random.default_rng(seed).random(len(truth)) < truth).astype(np.int8)


def spread(rows=ROWS, seed=1):
    return sigmoid(np.random.default_rng(seed).normal(-0.5, 1.5, rows))


def targets(labels):
    """Platt's (1999): each class as if it had a row of doubt."""
    late, rows = labels.sum(), len(labels)
    return np.where(labels == 1, (late + 1) / (late + 2), 1 / (rows - late + 2))


def slopes_of_loss(labels, columns, calibrated):
    """The derivatives of the mean log-loss by the weight of each column, and of the intercept: 0 at the optimum."""
    off = calibrated - targets(labels)
    return [float((off * column).mean()) for column in [*columns, np.ones(len(labels))]]


def test_none__changes_nothing(fit):
    probabilities = spread(300)
    calibrator = fit("none", drawn(probabilities), probabilities)
    assert calibrator == IdentityCalibrator()
    np.testing.assert_array_equal(calibrator.apply(probabilities), probabilities)


def test_logistic_regression__has_no_penalty(solver):
    columns = np.random.default_rng(3).normal(size=(4000, 2))
    targets = sigmoid(columns @ (3.0, -2.0) + 0.5)
    (first, second), intercept = solver.fit_logistic(columns, targets)
    assert (first, second, intercept) == pytest.approx((3.0, -2.0, 0.5), abs=1e-4)


def test_isotonic_regression__pools_neighbors_by_weight(solver):
    fitted = solver.fit_isotonic(np.array([0.1, 0.8, 0.2, 0.9]), np.array([1.0, 1.0, 3.0, 1.0]))
    assert fitted == pytest.approx([0.1, 0.35, 0.35, 0.9], abs=1e-12)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.0), (2.0, -0.7), (1.0, 1.0)])
def test_platt__recovers_the_simulated_line(fit, a, b):
    probabilities = spread()
    truth = sigmoid(a * np.log(probabilities / (1 - probabilities)) + b)
    calibrator = fit("platt", drawn(truth), probabilities)
    assert (calibrator.a, calibrator.b) == (pytest.approx(a, rel=0.05), pytest.approx(b, abs=0.06))
    assert np.abs(calibrator.apply(probabilities) - truth).max() < 0.02


def test_beta__leaves_true_probabilities_unchanged(fit):
    truth = spread()
    calibrator = fit("beta", drawn(truth), truth)
    assert [calibrator.a, calibrator.b, calibrator.c] == [
        pytest.approx(1, abs=0.1),
        pytest.approx(1, abs=0.1),
        pytest.approx(0, abs=0.1),
    ]
    assert np.abs(calibrator.apply(truth) - truth).max() < 0.02


def test_beta__recovers_different_slopes_at_the_ends(fit):
    probabilities = spread()
    truth = sigmoid(0.4 * np.log(probabilities) - 1.6 * np.log(1 - probabilities) - 0.8)
    calibrator = fit("beta", drawn(truth), probabilities)
    assert [calibrator.a, calibrator.b, calibrator.c] == [
        pytest.approx(0.4, abs=0.1), pytest.approx(1.6, abs=0.15), pytest.approx(-0.8, abs=0.1)
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [40, 900])
def test_platt_and_beta__minimize_the_log_loss(fit, rows):
    probabilities = spread(rows)
    labels = drawn(probabilities)
    late, on_time = np.log(probabilities), -np.log(1 - probabilities)
    platt = fit("platt", labels, probabilities).apply(probabilities)
    beta = fit("beta", labels, probabilities).apply(probabilities)
    assert slopes_of_loss(labels, [late + on_time], platt) == pytest.approx([0, 0], abs=1e-6)
    assert slopes_of_loss(labels, [late, on_time], beta) == pytest.approx([0, 0, 0], abs=1e-6)


@pytest.mark.parametrize(("a", "b"), [(-0.5, 2.0), (2.0, -0.5)])
def test_beta__replaces_a_negative_slope_by_0_and_refits_the_other(fit, a, b):
    probabilities = spread(5000)
    late, on_time = np.log(probabilities), -np.log(1 - probabilities)
    labels = drawn(sigmoid(a * late + b * on_time))
    calibrator = fit("beta", labels, probabilities)
    assert (calibrator.a == 0, calibrator.b == 0) == (a < 0, b < 0)
    kept = on_time if a < 0 else late
    assert slopes_of_loss(labels, [kept], calibrator.apply(probabilities)) == pytest.approx([0, 0], abs=1e-6)
    towards_the_other = slopes_of_loss(labels, [late if a < 0 else on_time], calibrator.apply(probabilities))[0]
    assert towards_the_other > 0  # a slope above 0 would cost


@pytest.mark.parametrize("method", LEARNED)
def test_reversed_ranks__become_constant_and_are_never_inverted(fit, method):
    truth = spread(2000)
    labels = drawn(truth)
    flat = fit(method, labels, 1 - truth).apply(np.linspace(0, 1, 50))
    assert np.ptp(flat) < (0.1 if method == "isotonic" else 1e-12)
    assert flat.mean() == pytest.approx(labels.mean(), abs=0.05)
    assert (np.diff(flat) >= 0).all()


@pytest.mark.parametrize("decimals", [2, 17])
@pytest.mark.parametrize("rows", [60, 3000])
def test_isotonic__agrees_with_scikit_learn_at_block_centers(fit, rows, decimals):
    probabilities = np.round(spread(rows), decimals)
    labels = drawn(probabilities)
    calibrator = fit("isotonic", labels, probabilities)
    expected = isotonic.IsotonicRegression().fit(probabilities, labels)
    blocks = np.unique(expected.predict(np.sort(probabilities)).round(12))
    assert len(calibrator.x) == len(blocks)
    calibrated = calibrator.apply(np.array(calibrator.x))
    assert (np.diff(calibrated) > 0).all()
    inside = (blocks > 0) & (blocks < 1)
    np.testing.assert_allclose(calibrated[inside], expected.predict(calibrator.x)[inside], rtol=0, atol=1e-9)
    np.testing.assert_allclose(calibrated[inside], blocks[inside], rtol=0, atol=1e-9)


def test_isotonic__knots_are_the_mean_probabilities_of_blocks(fit):
    probabilities = np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.6, 0.9, 0.95])
    calibrator = fit("isotonic", np.array([0, 1, 0, 0, 1, 0, 1, 1], dtype=np.int8), probabilities)
    assert calibrator.x == pytest.approx([0.1, 0.3, 0.6, 0.925], abs=1e-12)
    assert calibrator.y == pytest.approx([1 / 6, 1 / 3, 1 / 2, 3 / 4], abs=1e-12)  # at the ends, 0 of 1 and 2 of 2


def test_isotonic__follows_a_step_distortion(fit):
    probabilities = spread()
    truth = np.array([0.05, 0.3, 0.35, 0.9])[np.searchsorted([0.2, 0.5, 0.8], probabilities)]
    calibrator = fit("isotonic", drawn(truth), probabilities)
    assert np.abs(calibrator.apply(probabilities) - truth).mean() < 0.02


HARD = {
    "separated": (np.repeat([0, 1], 50), np.linspace(0, 1, 100)),
    "separated by a hair": (np.repeat([0, 1], 50), 0.5 + np.linspace(0, 1e-7, 100)),
    "the label itself": (np.tile([0, 1], 50), np.tile([0.0, 1.0], 50)),
    "its opposite": (np.tile([0, 1], 50), np.tile([1.0, 0.0], 50)),
    "one probability": (np.tile([0, 0, 0, 1], 25), np.full(100, 0.3)),
    "two probabilities": (np.tile([0, 1, 0, 1, 1], 20), np.tile([0.2, 0.2, 0.7, 0.7, 0.7], 20)),
    "two rows": (np.array([0, 1]), np.array([0.4, 0.6])),
    "two equal rows": (np.array([1, 0]), np.array([0.0, 0.0])),
    "one late of many": (np.arange(1000) == 700, np.arange(1000) / 1e12),
    "one on time of many": (np.arange(1000) != 2, np.arange(1000) / 1000),
    "above 1 by a bit": (np.arange(100) % 3 == 0, np.full(100, 1 + 2**-52)),
}


@pytest.mark.parametrize("method", LEARNED)
@pytest.mark.parametrize("rows", HARD)
def test_extreme_probabilities__stay_strictly_between_0_and_1(fit, method, rows):
    labels, probabilities = HARD[rows]
    calibrated = fit(method, labels.astype(np.int8), probabilities).apply(np.linspace(0, 1, 1001))
    assert (calibrated > 0).all()
    assert (calibrated < 1).all()
    assert (np.diff(calibrated) >= 0).all()


@pytest.mark.parametrize("method", LEARNED)
def test_constant_probability__becomes_the_late_rate(fit, method):
    labels = np.tile([0, 0, 0, 1], 100).astype(np.int8)
    calibrated = fit(method, labels, np.full(400, 0.8)).apply(np.array([0.1, 0.8, 0.9]))
    assert calibrated == pytest.approx(np.full(3, 0.25), abs=0.01)


ANY_ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.one_of(st.sampled_from([0.0, 1.0, 0.5, 1e-9, 0.2]), st.floats(0, 1))),
    min_size=2,
    max_size=40,
).filter(lambda rows: len({label for label, _ in rows}) == 2)


@given(rows=ANY_ROWS, method=st.sampled_from(LEARNED))
def test_adapters__agree_on_any_rows(rows, method):
    labels = np.array([label for label, _ in rows], dtype=np.int8)
    probabilities = np.array([probability for _, probability in rows])
    one, other = (
        fit_calibrator(solver(), method, labels, probabilities)
        for solver in (real.RegressionSolver, fake.RegressionSolver)
    )
    # At the given rows: elsewhere, a slope that two near-equal probabilities decide may be any.
    np.testing.assert_allclose(one.apply(probabilities), other.apply(probabilities), rtol=0, atol=1e-3)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("labels", [[1, 1, 1], [0, 0, 0], []])
def test_single_class__is_refused(fit, method, labels):
    with pytest.raises(TrainingRefused, match="one class only"):
        fit(method, np.array(labels, dtype=np.int8), np.full(len(labels), 0.3))


@pytest.mark.parametrize("method", METHODS)
def test_fit__does_not_change_its_input_and_is_deterministic(fit, method):
    probabilities = spread(500)
    labels = drawn(probabilities)
    labels.flags.writeable = probabilities.flags.writeable = False
    assert fit(method, labels, probabilities) == fit(method, labels.copy(), probabilities.copy())


@pytest.mark.parametrize("method", LEARNED)
def test_fit__does_not_depend_on_the_order_of_rows(fit, method):
    probabilities = spread(500).round(2)
    labels, order = drawn(probabilities), np.random.default_rng(5).permutation(500)
    one, other = (fit(method, labels[at], probabilities[at]) for at in (np.arange(500), order))
    np.testing.assert_allclose(one.apply(probabilities), other.apply(probabilities), rtol=0, atol=1e-6)
