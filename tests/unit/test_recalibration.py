"""Recalibration: it follows a jump of the late rate within 200 outcomes, and changes nothing without one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delay_core.calibration import LogOddsMap, PlattScaling, RecalibratedCalibrator, trained_calibrator
from delay_core.calibration.log_odds import log_probabilities
from delay_core.conformal import LabelSets
from delay_core.recalibration import MaturedOutcomes, OutcomeSpan, RecalibrationPolicy, ServingCalibrator, recalibrate
from support.matured_outcomes import JUMP, draw_log_odds, outcomes_of

SETS = LabelSets(late_from=0.2, on_time_up_to=0.6)
POLICY = RecalibrationPolicy()
TRAINED = PlattScaling(a=1.0, b=0.0)


def shifted_by(shift):
    return RecalibratedCalibrator(base=TRAINED, log_odds_map=LogOddsMap(intercept=shift))


def run(outcomes, serving=TRAINED, *, follows=None, **policy):
    current = ServingCalibrator(serving, follows)
    return recalibrate(current, SETS, outcomes, POLICY.model_copy(update=policy), seed=0)


def span_of(outcomes):
    first, last = outcomes.known_between()
    return OutcomeSpan(len(outcomes), 0, first, first, last)


def mean_error(calibrator, *, slope=1.0, shift=0.0):
    """How far the mean probability is from the true late rate."""
    log_odds, _ = draw_log_odds(20_000, seed=99)
    truth = 1 / (1 + np.exp(-slope * log_odds - shift))
    return abs(float(calibrator.apply(1 / (1 + np.exp(-log_odds))).mean() - truth.mean()))


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
    covered = np.arange(900) % 11 != 0
    changed = np.where(acted, 0, labels).astype(np.int8)
    with_actions = run(outcomes_of((log_odds, changed), acted=acted, covered=covered))
    without = run(outcomes_of((log_odds[~acted], labels[~acted]), covered=covered[~acted]))
    assert with_actions.calibrator == without.calibrator
    assert with_actions.checks == without.checks
    assert (with_actions.outcomes.rows, with_actions.outcomes.acted) == (600, 300)


def test_recalibration__builds_on_the_calibrator_of_the_training_however_often():
    serving = shifted_by(-1.0)
    result = run(outcomes_of(draw_log_odds(800, shift=JUMP)), serving)
    assert isinstance(result.calibrator, RecalibratedCalibrator)
    assert result.calibrator.base == TRAINED
    assert result.calibrator == run(outcomes_of(draw_log_odds(800, shift=JUMP))).calibrator


def test_recalibration__that_changes_little_is_no_version():
    first, later = draw_log_odds(800, shift=JUMP), draw_log_odds(50, 1, shift=JUMP)
    before = run(outcomes_of(first))
    again = run(outcomes_of(first, later), before.calibrator, follows=before.calibrator_outcomes)
    assert not again.promoted
    assert again.reasons[0].endswith("on average: less than 0.01 is not worth a version")


def test_recalibration__without_new_outcomes_is_refused():
    outcomes = outcomes_of(draw_log_odds(800, shift=JUMP))
    before = run(outcomes)
    again = run(outcomes, before.calibrator, follows=before.calibrator_outcomes)
    assert again.reasons[0] == "no outcome became known since the calibrator that serves was fitted"


def test_recalibration__that_is_worse_than_what_serves_is_refused():
    true = shifted_by(2 * JUMP)
    result = run(outcomes_of(draw_log_odds(120, shift=2 * JUMP)), true)
    assert result.calibrator == true
    assert result.reasons[0].startswith(
        "log-loss significantly higher than that of the calibrator that serves: lower by -"
    )


def test_calibrator_of_the_training__returns_when_it_is_right_again():
    shifted = shifted_by(JUMP)
    result = run(outcomes_of(draw_log_odds(400)), shifted)
    assert result.promoted
    assert (result.calibrator, result.calibrator_outcomes) == (TRAINED, None)


def test_recalibrated_calibrator__stays_where_neither_is_significantly_better():
    nearly = shifted_by(0.1)
    result = run(outcomes_of(draw_log_odds(400)), nearly)
    assert result.calibrator == nearly
    assert [check.name for check in result.checks if not check.passed] == [
        "gain_over_trained", "gain_over_serving", "label_sets",
    ]  # fmt: skip


def test_calibrator_of_the_training__returns_unless_worse_where_the_recalibrated_one_is_older_than_the_change():
    outcomes = outcomes_of(draw_log_odds(700, shift=JUMP), draw_log_odds(130, 100, shift=0.35))
    before, after = (span_of(outcomes.select(rows)) for rows in (slice(700), slice(700, None)))
    assert run(outcomes, shifted_by(0.4), follows=after).calibrator == shifted_by(0.4)
    result = run(outcomes, shifted_by(0.4), follows=before)
    assert result.calibrator == TRAINED
    assert result.reasons[1].startswith("log-loss not significantly higher than that of the calibrator that serves")


def test_calibrator__stays_as_old_as_it_is_where_the_label_sets_alone_change():
    """After a change, sets miss their level before the calibrator can return; it returns at the next recalibration."""
    parts, row = (draw_log_odds(700, shift=JUMP), draw_log_odds(130, 102, shift=0.35)), np.arange(830)
    covered = np.where(row < 750, outcomes_of(*parts).covered, row % 3 != 0)
    outcomes, serving = outcomes_of(*parts, covered=covered), shifted_by(0.4)
    before = span_of(outcomes.select(slice(700)))

    sets_alone = run(outcomes.select(slice(810)), serving, follows=before)

    assert sets_alone.promoted
    assert sets_alone.outcomes.last_known_at > before.last_known_at
    assert (sets_alone.calibrator, sets_alone.calibrator_outcomes) == (serving, before)
    assert run(outcomes, serving, follows=sets_alone.calibrator_outcomes).calibrator == TRAINED
    assert run(outcomes, serving, follows=sets_alone.outcomes).calibrator == serving  # as if it followed the change


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


# The outcomes


def test_matured_outcomes__out_of_order_are_refused():
    outcomes = outcomes_of(draw_log_odds(3))
    with pytest.raises(ValueError, match="sorted by known_at"):
        outcomes.select(slice(None, None, -1))


def test_matured_outcomes__of_different_lengths_are_refused():
    whole = outcomes_of(draw_log_odds(3))
    with pytest.raises(ValueError, match=r"arrays of one length, not .*'scores': 2, 'labels': 3"):
        MaturedOutcomes(whole.scores[:2], whole.labels, whole.known_at, whole.acted, whole.covered, whole.groups)
