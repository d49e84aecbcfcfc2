"""Selection of the calibration method with scikit-learn: which one, validated on which rows, and when none."""

from functools import partial

import numpy as np
import pytest

from adapters.sklearn.regression_solver import RegressionSolver
from delay_core.calibration import METHODS, IdentityCalibrator, PlattScaling
from delay_core.training.calibration_fit import fit_calibrator
from delay_core.training.calibration_selection import MIN_CLASS_ROWS, MIN_FIT_ROWS, select_calibration
from delay_core.training.level_matching import match_levels

FIT = partial(fit_calibrator, RegressionSolver())


def sigmoid(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def drawn(truth, seed=0):
    return (np.random.default_rng(seed).random(len(truth)) < truth).astype(np.int8)


def folds(rows, number=5):
    return np.repeat(np.arange(number), -(-rows // number))[:rows]


def chosen(truth, probabilities, seed=0, number=5):
    labels = drawn(truth, seed)
    return select_calibration(FIT, labels, probabilities, folds(len(labels), number)), labels


def spread(rows, seed=1, center=-0.5):
    return sigmoid(np.random.default_rng(seed).normal(center, 1.5, rows))


def steepened(probabilities, slope=2.0):
    """The log-odds times the slope: with a spread around 0, the late rate stays 0.5."""
    return sigmoid(slope * np.log(probabilities / (1 - probabilities)))


def wiggly(probabilities):
    """An increasing function with plateaus and steps, which no curve of three parameters fits."""
    return 0.05 + 0.9 * (probabilities - np.sin(6 * np.pi * probabilities) / (6 * np.pi) * 0.95)


def test_true_probabilities__are_rarely_changed():
    results = [chosen(*(2 * [spread(1500, seed)]), seed)[0] for seed in range(20)]
    assert sum(calibrated.choice.method == "none" for calibrated in results) >= 18


def test_a_late_rate_that_moved_in_one_fold__does_not_calibrate_the_next_one():
    probabilities, fold = spread(2000), folds(2000)
    log_odds = np.log(probabilities / (1 - probabilities))
    labels = drawn(sigmoid(log_odds + np.where(fold == 2, 1.5, 0)))
    calibrated = select_calibration(FIT, labels, probabilities, fold)
    assert calibrated.choice.method == "none"
    assert calibrated.is_validated.all()


def test_a_jump_that_the_newest_models_have_learned__does_not_calibrate_them():
    """Models of four folds are too low after a jump of the late rate; that of the newest one has seen enough of it."""
    probabilities, fold = spread(2500), folds(2500)
    log_odds = np.log(probabilities / (1 - probabilities))
    labels = drawn(sigmoid(log_odds + np.where(fold < 4, 1.5, 0.65)))
    assert select_calibration(FIT, labels, probabilities, fold).choice.method == "none"


def test_dependent_rows__need_a_larger_gain():
    probabilities = spread(1500)
    labels = drawn(sigmoid(0.55 * np.log(probabilities / (1 - probabilities))))
    fold = folds(1500)
    assert select_calibration(FIT, labels, probabilities, fold).choice.method != "none"
    assert select_calibration(FIT, labels, probabilities, fold, groups=fold).choice.method == "none"


@pytest.mark.parametrize("slope", [0.4, 2.0])
@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_linear_distortion__is_corrected_by_platt_or_beta_whatever_the_level(slope, shift):
    probabilities = spread(4000, center=0)
    truth = steepened(probabilities, slope)
    calibrated, _ = chosen(truth, sigmoid(np.log(probabilities / (1 - probabilities)) + shift))
    assert calibrated.choice.method in ("platt", "beta")
    assert calibrated.calibrator.method == calibrated.choice.method
    assert np.abs(calibrated.calibrator.apply(probabilities) - truth).mean() < 0.03
    assert calibrated.choice.log_losses["platt"] < calibrated.choice.log_losses["none"] - 0.01


def test_isotonic__is_rarely_selected_on_few_rows():
    methods, losses = [], []
    for seed in range(30):
        probabilities = spread(500, seed)
        truth = sigmoid(0.5 * np.log(probabilities / (1 - probabilities)))
        calibrated, _ = chosen(truth, probabilities, seed)
        methods.append(calibrated.choice.method)
        losses.append(calibrated.choice.log_losses)
    assert methods.count("isotonic") <= 10  # 18 % of 200 other draws; of 3000 rows, where noise is less, 4 %
    lost = np.array([loss["isotonic"] - loss["platt"] for loss in losses])
    assert lost.mean() > 2 * lost.std() / np.sqrt(len(lost))


def test_isotonic__is_selected_for_a_nonlinear_distortion_on_many_rows():
    probabilities = np.random.default_rng(3).random(40_000)
    calibrated, _ = chosen(wiggly(probabilities), probabilities)
    losses = calibrated.choice.log_losses
    assert calibrated.choice.method == "isotonic"
    assert losses["isotonic"] < min(losses["platt"], losses["beta"], losses["none"])
    assert np.abs(calibrated.calibrator.apply(probabilities) - wiggly(probabilities)).mean() < 0.02


def test_reversed_ranks__become_the_late_rate():
    truth = spread(2000)
    calibrated, labels = chosen(truth, 1 - truth)
    probabilities = calibrated.calibrator.apply(np.linspace(0, 1, 20))
    assert (np.diff(probabilities) >= 0).all()
    assert probabilities.mean() == pytest.approx(labels.mean(), abs=0.05)


def fit_only(useful):
    """Fits one method, and a useless calibrator for every other one."""

    def fit(method, labels, probabilities):
        return FIT(method, labels, probabilities) if method == useful else PlattScaling(a=0, b=9)

    return fit


@pytest.mark.parametrize("method", METHODS[1:])
def test_out_of_fold__uses_only_calibrators_of_earlier_folds(method):
    probabilities = spread(3000, center=0)
    labels, fold = drawn(steepened(probabilities)), folds(3000) + 7
    matched = match_levels(labels, probabilities, fold)
    calibrated = select_calibration(fit_only(method), labels, probabilities, fold)
    assert calibrated.choice.method == method
    assert calibrated.is_validated.tolist() == (fold > 7).tolist()
    assert np.isnan(calibrated.probabilities).tolist() == (fold == 7).tolist()
    for later in range(8, 12):
        before, rows = fold < later, fold == later
        earlier = FIT(method, labels[before], matched[before])
        np.testing.assert_array_equal(calibrated.probabilities[rows], earlier.apply(probabilities[rows]))
    assert calibrated.calibrator == FIT(method, labels, match_levels(labels, probabilities, fold))
    assert calibrated.choice.rows == calibrated.is_validated.sum() == 2400


@pytest.mark.parametrize("method", METHODS[1:])
def test_out_of_fold__does_not_depend_on_later_rows(method):
    probabilities = spread(3000, center=0)
    labels, fold = drawn(steepened(probabilities)), folds(3000)
    other = np.where(fold == 4, drawn(steepened(probabilities), seed=1), labels)
    one, two = (select_calibration(fit_only(method), known, probabilities, fold) for known in (labels, other))
    assert one.choice.method == two.choice.method == method
    assert one.calibrator != two.calibrator
    np.testing.assert_array_equal(one.probabilities, two.probabilities)


def test_selection__does_not_depend_on_the_order_of_rows():
    probabilities, order = spread(2000), np.random.default_rng(4).permutation(2000)
    labels, fold = drawn(probabilities**2), folds(2000)
    one = select_calibration(FIT, labels, probabilities, fold)
    two = select_calibration(FIT, labels[order], probabilities[order], fold[order])
    np.testing.assert_allclose(two.probabilities, one.probabilities[order], atol=1e-6)
    assert two.choice.method == one.choice.method


def test_none__covers_every_row():
    truth = spread(1500, 2)
    calibrated = next(
        result for result in (chosen(truth, truth, seed)[0] for seed in range(20)) if result.choice.method == "none"
    )
    assert calibrated.calibrator == IdentityCalibrator()
    assert calibrated.is_validated.all()
    np.testing.assert_array_equal(calibrated.probabilities, truth)
    assert set(calibrated.choice.log_losses) == set(METHODS)
    assert calibrated.choice.rows == 1200


def only_none(calibrated, rows):
    return (
        calibrated.calibrator == IdentityCalibrator()
        and calibrated.is_validated.all()
        and set(calibrated.choice.log_losses) == {"none"}
        and calibrated.choice.rows == rows
    )


def test_single_fold_or_few_rows__are_not_calibrated():
    probabilities = spread(3000)
    labels = drawn(probabilities**3)
    assert only_none(select_calibration(FIT, labels, probabilities, np.full(3000, 4)), 3000)
    few = slice(MIN_FIT_ROWS + 40)
    assert only_none(select_calibration(FIT, labels[few], probabilities[few], folds(240)), 240)


@pytest.mark.parametrize("kind", [0, 1])
def test_few_rows_of_a_class__fit_no_calibrator(kind):
    probabilities = np.full(2000, 0.5)
    fold = np.repeat([0, 1], 1000)
    for of_class, fitted in ((MIN_CLASS_ROWS - 1, {"none"}), (MIN_CLASS_ROWS, set(METHODS))):
        labels = np.full(2000, 1 - kind, dtype=np.int8)
        labels[np.concatenate([np.arange(of_class), [1500]])] = kind
        calibrated = select_calibration(FIT, labels, probabilities, fold)
        assert set(calibrated.choice.log_losses) == fitted


def test_folds__with_few_earlier_rows_are_not_evaluated():
    probabilities = spread(1000, center=0)
    labels, fold = drawn(steepened(probabilities, 6.0)), folds(1000, 10)
    calibrated = select_calibration(FIT, labels, probabilities, fold)
    assert calibrated.choice.method != "none"
    assert calibrated.is_validated.tolist() == (fold >= 2).tolist()
    assert calibrated.choice.rows == 800
