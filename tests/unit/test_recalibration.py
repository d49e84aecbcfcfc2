"""Recalibration: it follows a jump of the late rate within 200 outcomes, and changes nothing without one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delay_core.calibration import IdentityCalibrator, PlattScaling, RecalibratedCalibrator, trained_calibrator
from delay_core.calibration.log_odds import log_probabilities
from delay_core.conformal import LabelSets
from delay_core.recalibration import MaturedOutcomes, RecalibrationPolicy, ServingCalibrator, recalibrate
from delay_core.recalibration.change_point import newest_segment
from delay_core.recalibration.log_odds_fit import IDENTITY, MIN_SLOPE, fit_log_odds_map

SETS = LabelSets(late_from=0.2, on_time_up_to=0.6)
POLICY = RecalibrationPolicy()
TRAINED = PlattScaling(a=1.0, b=0.0)
JUMP = 1.5
"""Of the log-odds: the late rate rises by about 30 points."""


def draw_log_odds(rows, seed=0, *, slope=1.0, shift=0.0):
    """Log-odds of a calibrated model, and labels of a world whose log-odds are `slope` times them plus `shift`."""
    draw = np.random.default_rng(seed)
    log_odds = draw.normal(-0.6, 1.3, rows)
    labels = draw.random(rows) < 1 / (1 + np.exp(-slope * log_odds - shift))
    return log_odds, labels.astype(np.int8)


def outcomes_of(*parts, acted=None, copies=1):
    log_odds, labels = (np.concatenate(arrays).repeat(copies) for arrays in zip(*parts, strict=True))
    rows = len(labels)
    return MaturedOutcomes(
        scores=1 / (1 + np.exp(-log_odds)),
        labels=labels,
        known_at=np.datetime64("2025-01-01", "us") + np.arange(rows) * np.timedelta64(1, "h"),
        acted=np.zeros(rows, dtype=np.bool_) if acted is None else acted,
        covered=np.ones(rows, dtype=np.bool_),
        groups=np.arange(rows) // copies,
    )


def run(outcomes, serving=TRAINED, *, learned_until=None, **policy):
    current = ServingCalibrator(serving, learned_until)
    return recalibrate(current, SETS, outcomes, POLICY.model_copy(update=policy), seed=0)


def mean_error(calibrator, *, slope=1.0, shift=0.0):
    """How far the mean probability is from the true late rate."""
    log_odds, _ = draw_log_odds(20_000, seed=99)
    truth = 1 / (1 + np.exp(-slope * log_odds - shift))
    return abs(float(calibrator.apply(1 / (1 + np.exp(-log_odds))).mean() - truth.mean()))


# The map


@given(
    log_odds=st.lists(st.floats(-14, 14), max_size=30),
    labels=st.lists(st.integers(0, 1), min_size=30, max_size=30),
)
def test_fitted_map__is_finite_and_keeps_the_order(log_odds, labels):
    fitted = fit_log_odds_map(np.array(log_odds), np.array(labels[: len(log_odds)], dtype=np.int8))
    assert np.isfinite(fitted).all()
    assert fitted.slope >= MIN_SLOPE


@given(log_odds=st.lists(st.floats(-14, 14), min_size=1, max_size=30), late=st.integers(0, 1))
def test_fitted_map__follows_outcomes_of_one_class_within_reason(log_odds, late):
    fitted = fit_log_odds_map(np.array(log_odds), np.full(len(log_odds), late, dtype=np.int8))
    assert abs(fitted.intercept) < 10


def test_fitted_map__without_outcomes_is_the_identity():
    assert fit_log_odds_map(np.empty(0), np.empty(0, dtype=np.int8)) == pytest.approx(IDENTITY)


@pytest.mark.parametrize("sign", [1, -1])
def test_fitted_map__minimizes_log_loss_plus_penalties(sign):
    log_odds, labels = draw_log_odds(300, slope=sign * 0.5, shift=1)
    fitted = fit_log_odds_map(log_odds, labels)

    def objective(slope, intercept):
        mapped = slope * log_odds + intercept
        penalty = ((slope - 1) / 0.25) ** 2 / 2 + (intercept / 2) ** 2 / 2
        return (np.logaddexp(0, mapped) - labels * mapped).sum() + penalty

    for step in (1e-3, -1e-3):
        assert objective(fitted.slope, fitted.intercept + step) > objective(*fitted)
        if fitted.slope > MIN_SLOPE:
            assert objective(fitted.slope + step, fitted.intercept) > objective(*fitted)


def test_fitted_map__of_few_outcomes_bends_the_slope_little():
    few, many = (fit_log_odds_map(*draw_log_odds(rows, slope=0.3)) for rows in (20, 4000))
    assert few.slope > 0.7
    assert many.slope == pytest.approx(0.3, abs=0.05)


def test_fitted_map__of_reversed_scores_keeps_a_small_slope():
    assert fit_log_odds_map(*draw_log_odds(3000, slope=-1)).slope == MIN_SLOPE


# The change


@pytest.mark.parametrize("shift", [JUMP, -2.2])
def test_newest_segment__begins_where_the_late_rate_jumps(shift):
    log_odds, labels = (
        np.concatenate(arrays) for arrays in zip(draw_log_odds(800), draw_log_odds(200, 1, shift=shift), strict=True)
    )
    assert newest_segment(log_odds, labels, np.arange(1000)) == pytest.approx(800, abs=30)


def test_newest_segment__begins_where_the_order_of_scores_changes_at_equal_late_rate():
    parts = draw_log_odds(800, slope=2), draw_log_odds(400, 1, slope=-1, shift=-1)
    log_odds, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    assert newest_segment(log_odds, labels, np.arange(1200)) == pytest.approx(800, abs=30)


def test_newest_segment__is_the_last_of_several():
    parts = draw_log_odds(500), draw_log_odds(500, 1, shift=2), draw_log_odds(300, 2, shift=-1)
    log_odds, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    assert newest_segment(log_odds, labels, np.arange(1300)) == pytest.approx(1000, abs=30)


def test_newest_segment__without_a_change_is_all_in_most_tables():
    cut = [newest_segment(*draw_log_odds(500, seed), np.arange(500)) > 0 for seed in range(100)]
    assert sum(cut) <= 6


def test_newest_segment__copies_of_a_row_in_one_group_are_no_change():
    cut = 0
    for seed in range(40):
        log_odds, labels = (array.repeat(5) for array in draw_log_odds(200, seed))
        cut += newest_segment(log_odds, labels, np.arange(1000) // 5) > 0
    assert cut <= 4


@pytest.mark.parametrize("log_odds", [np.zeros(300), np.full(300, -13.0)])
def test_newest_segment__scores_without_spread_are_compared_by_their_rate(log_odds):
    labels = np.repeat([0, 1], [200, 100]).astype(np.int8)
    assert newest_segment(log_odds, labels, np.arange(300)) == 200


# The decision


def test_recalibration__follows_a_jump_of_30_points_within_200_outcomes():
    errors = []
    for seed in range(20):
        before, after = draw_log_odds(800, seed), draw_log_odds(200, 100 + seed, shift=JUMP)
        errors.append(mean_error(run(outcomes_of(before, after)).calibrator, shift=JUMP))
    assert mean_error(TRAINED, shift=JUMP) > 0.25
    assert np.mean(np.array(errors) <= 0.05) >= 0.85


def test_recalibration__without_a_change_is_refused():
    promoted = [run(outcomes_of(draw_log_odds(600, seed))).promoted for seed in range(30)]
    assert sum(promoted) <= 1


def test_refusal__keeps_what_serves_and_says_by_how_much_it_is_not_better():
    result = run(outcomes_of(draw_log_odds(600)))
    assert (result.calibrator, result.label_sets) == (TRAINED, SETS)
    [reason, *_] = result.reasons
    assert reason.startswith("log-loss not significantly lower than that of the calibrator of the training: lower by -")


def test_recalibration__with_few_outcomes_is_refused():
    result = run(outcomes_of(draw_log_odds(99, shift=5)))
    assert result.reasons == ("99 known outcomes are too few: 100 are needed",)
    assert not result.promoted


def test_recalibration__without_outcomes_is_refused():
    empty = (np.empty(0), np.empty(0, dtype=np.int8))
    result = run(outcomes_of(empty))
    assert result.reasons == ("0 known outcomes are too few: 100 are needed",)
    assert (result.outcomes.first_known_at, result.outcomes.since, result.outcomes.last_known_at) == (None, None, None)


def test_recalibration__of_acted_on_rows_alone_is_refused():
    result = run(outcomes_of(draw_log_odds(180, shift=5), acted=np.ones(180, dtype=np.bool_)))
    assert result.reasons == ("all 180 known outcomes were acted on: they do not show what happens without an action",)


def test_acted_on_rows__have_no_influence():
    acted = np.arange(900) % 3 == 0
    log_odds, labels = draw_log_odds(900, shift=JUMP)
    with_actions = run(outcomes_of((log_odds, np.where(acted, 0, labels).astype(np.int8)), acted=acted))
    without = run(outcomes_of((log_odds[~acted], labels[~acted])))
    assert with_actions.calibrator == without.calibrator
    assert with_actions.checks == without.checks
    assert (with_actions.outcomes.rows, with_actions.outcomes.acted) == (600, 300)


def test_recalibration__builds_on_the_calibrator_of_the_training_however_often():
    serving = RecalibratedCalibrator(base=TRAINED, a=1.0, b=-1.0)
    result = run(outcomes_of(draw_log_odds(800, shift=JUMP)), serving)
    assert isinstance(result.calibrator, RecalibratedCalibrator)
    assert result.calibrator.base == TRAINED
    assert result.calibrator == run(outcomes_of(draw_log_odds(800, shift=JUMP))).calibrator


def test_recalibration__that_changes_little_is_no_version():
    first, later = draw_log_odds(800, shift=JUMP), draw_log_odds(50, 1, shift=JUMP)
    before = run(outcomes_of(first))
    again = run(outcomes_of(first, later), before.calibrator, learned_until=before.outcomes.last_known_at)
    assert not again.promoted
    [reason] = again.reasons
    assert reason.endswith("on average: less than 0.01 is not worth a version")


def test_recalibration__without_new_outcomes_is_refused():
    outcomes = outcomes_of(draw_log_odds(800, shift=JUMP))
    before = run(outcomes)
    again = run(outcomes, before.calibrator, learned_until=before.outcomes.last_known_at)
    assert again.reasons[0] == "no outcome became known since the calibrator that serves was fitted"


def test_recalibration__that_is_worse_than_what_serves_is_refused():
    true = RecalibratedCalibrator(base=TRAINED, a=1.0, b=2 * JUMP)
    result = run(outcomes_of(draw_log_odds(120, shift=2 * JUMP)), true)
    assert result.calibrator == true
    [reason] = result.reasons
    assert reason.startswith("log-loss significantly higher than that of the calibrator that serves: lower by -")


def test_calibrator_of_the_training__returns_when_it_is_right_again():
    shifted = RecalibratedCalibrator(base=TRAINED, a=1.0, b=JUMP)
    result = run(outcomes_of(draw_log_odds(400)), shifted)
    assert result.promoted
    assert result.calibrator == TRAINED


def test_recalibrated_calibrator__stays_where_neither_is_significantly_better():
    nearly = RecalibratedCalibrator(base=TRAINED, a=1.0, b=0.1)
    result = run(outcomes_of(draw_log_odds(400)), nearly)
    assert result.calibrator == nearly
    assert [check.passed for check in result.checks] == [True, False, False]


def test_rows_of_a_group__are_no_further_evidence():
    few = draw_log_odds(60, shift=0.9)
    assert run(outcomes_of(few, copies=10), minimum_change=0).promoted is False


def test_outcomes__beyond_the_limit_are_not_read():
    recent = draw_log_odds(300, shift=JUMP)
    result = run(outcomes_of(draw_log_odds(500, 5, shift=-JUMP), recent), maximum_outcomes=300)
    assert result.calibrator == run(outcomes_of(recent)).calibrator
    assert result.outcomes.rows == 300


def test_span__names_when_the_outcomes_became_known():
    span = run(outcomes_of(draw_log_odds(800), draw_log_odds(200, 1, shift=JUMP))).outcomes
    assert span.first_known_at.isoformat() == "2025-01-01T00:00:00+00:00"
    assert span.last_known_at.isoformat() == "2025-02-11T15:00:00+00:00"
    assert span.first_known_at < span.since < span.last_known_at


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), slope=st.floats(-1, 2), shift=st.floats(-4, 4))
def test_any_recalibration__keeps_the_order_and_is_deterministic(seed, slope, shift):
    outcomes = outcomes_of(draw_log_odds(150, seed, slope=slope, shift=shift))
    result = run(outcomes)
    assert result == run(outcomes)
    late, on_time = log_probabilities(result.calibrator.apply(np.linspace(0.001, 0.999, 200)))
    assert (np.diff(late + on_time) > 0).all()
    assert trained_calibrator(result.calibrator) == TRAINED


def test_label_sets__are_learned_from_the_new_probabilities():
    outcomes = outcomes_of(draw_log_odds(800, shift=JUMP))
    result = run(outcomes, IdentityCalibrator())
    probabilities = result.calibrator.apply(outcomes.scores)
    assert result.label_sets.hold(outcomes.labels, probabilities).mean() == pytest.approx(0.9, abs=0.01)


# The outcomes


def test_matured_outcomes__out_of_order_are_refused():
    outcomes = outcomes_of(draw_log_odds(3))
    with pytest.raises(ValueError, match="sorted by known_at"):
        outcomes.select(slice(None, None, -1))


def test_matured_outcomes__of_different_lengths_are_refused():
    whole = outcomes_of(draw_log_odds(3))
    with pytest.raises(ValueError, match=r"arrays of one length, not .*'scores': 2, 'labels': 3"):
        MaturedOutcomes(whole.scores[:2], whole.labels, whole.known_at, whole.acted, whole.covered, whole.groups)
