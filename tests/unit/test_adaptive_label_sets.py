"""Label sets of a recalibration: they keep their level over time, and change only where they missed it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.calibration import IdentityCalibrator, PlattScaling
from delay_core.conformal import LabelSets
from delay_core.recalibration import RecalibrationPolicy, ServingCalibrator, recalibrate
from delay_core.recalibration.adaptive_sets import adapt_label_sets
from delay_core.recalibration.change_point import newest_segment
from support.matured_outcomes import JUMP, draw_log_odds, outcomes_of

SETS = LabelSets(late_from=0.2, on_time_up_to=0.6)
TRAINED = PlattScaling(a=1.0, b=0.0)


def run(outcomes, serving=TRAINED, sets=SETS, **policy):
    return recalibrate(ServingCalibrator(serving), sets, outcomes, RecalibrationPolicy(**policy), seed=0)


def test_label_sets__are_learned_from_the_new_probabilities_since_the_change():
    after = draw_log_odds(800, shift=JUMP)
    result = run(outcomes_of(draw_log_odds(800, 1), after), IdentityCalibrator())
    probabilities = result.calibrator.apply(1 / (1 + np.exp(-after[0])))
    for label in (0, 1):
        covered = result.label_sets.hold(after[1], probabilities)[after[1] == label]
        assert covered.mean() == pytest.approx(0.9, abs=0.02)


def half_covered(outcomes, label):
    """Sets that hold every other outcome of a class, and nine of ten of the other class."""
    return np.where(outcomes.labels == label, np.cumsum(outcomes.labels == label) % 2 == 0, outcomes.covered)


@pytest.mark.parametrize("label", [0, 1])
def test_label_sets__that_held_too_few_outcomes_are_adapted_although_the_calibrator_stays(label):
    outcomes = outcomes_of(draw_log_odds(600))
    result = run(replace(outcomes, covered=half_covered(outcomes, label)))
    assert result.promoted
    assert result.calibrator == TRAINED
    assert result.reasons[-1].startswith("label sets held ")
    held = result.label_sets.hold(outcomes.labels, TRAINED.apply(outcomes.scores))
    assert held[outcomes.labels == label].mean() > 0.97  # what was missed is made up for
    assert held[outcomes.labels == 1 - label].mean() == pytest.approx(0.9, abs=0.02)


def test_label_sets__that_held_too_many_outcomes_become_narrower_to_a_limit():
    outcomes = outcomes_of(draw_log_odds(600))
    result = run(replace(outcomes, covered=np.ones(600, dtype=np.bool_)))
    held = result.label_sets.hold(outcomes.labels, TRAINED.apply(outcomes.scores))
    assert held[outcomes.labels == 0].mean() == pytest.approx(0.8, abs=0.02)


@given(seed=st.integers(0, 2**32 - 1), label=st.sampled_from([0, 1]), missed=st.integers(0, 60))
def test_label_sets__become_wider_for_a_class_the_more_of_it_was_missed(seed, label, missed):
    outcomes = outcomes_of(draw_log_odds(400, seed))
    probabilities = TRAINED.apply(outcomes.scores)
    rows = np.flatnonzero(outcomes.covered & (outcomes.labels == label))[:missed]
    fewer = outcomes.covered.copy()
    fewer[rows] = False
    before, after = (
        adapt_label_sets(SETS, replace(outcomes, covered=covered), probabilities, 0, same_calibrator=True)
        for covered in (outcomes.covered, fewer)
    )
    held_before, held_after = (sets.hold(outcomes.labels, probabilities) for sets in (before, after))
    assert (held_after >= held_before)[outcomes.labels == label].all()


def test_label_sets__within_chance_of_their_level_stay():
    result = run(outcomes_of(draw_log_odds(600)))
    assert not result.promoted
    assert result.reasons[-1] == (
        "label sets held 90.0% of the latest 200 late outcomes and 90.0% of the latest 200 on-time outcomes, "
        "within chance of the promised 90%"
    )


def test_label_sets__of_few_outcomes_stay():
    log_odds, _ = draw_log_odds(98)
    few = outcomes_of((0 * log_odds, (np.arange(98) % 2).astype(np.int8)), covered=np.zeros(98, dtype=np.bool_))
    result = run(few, minimum_outcomes=50)
    assert not result.promoted
    assert result.reasons[-1] == "fewer than 50 outcomes of each class are too few to adapt label sets"


def test_threshold_of_a_class_with_few_outcomes__stays_while_the_other_is_adapted():
    log_odds, labels = draw_log_odds(200)
    few = labels * (np.cumsum(labels) % 4 == 0)
    sets = LabelSets(late_from=0.2, on_time_up_to=0.05)
    result = run(outcomes_of((log_odds - 2.3, few), covered=np.zeros(200, dtype=np.bool_)), sets=sets)
    assert result.promoted
    assert result.calibrator == TRAINED
    assert result.label_sets == LabelSets(late_from=0.2, on_time_up_to=None)
    assert result.reasons[-1] == "label sets held 0.0% of the latest 183 on-time outcomes, not the promised 90%"


def test_label_sets__that_would_not_change_are_no_version():
    """Sets are never empty, so those of a model that separates the classes always hold more than promised."""
    labels = (np.arange(300) % 2).astype(np.int8)
    sets = LabelSets(late_from=0.9, on_time_up_to=0.1)
    outcomes = outcomes_of((np.where(labels == 1, 4.0, -4.0), labels), covered=np.ones(300, dtype=np.bool_))
    result = run(outcomes, sets=sets, minimum_change=0.05)
    assert not result.promoted
    assert result.reasons[-1].endswith("not the promised 90%; 0.0% of the sets would change")


def test_adaptive_label_sets__keep_their_level_when_scores_stop_meaning_anything():
    """Streams in which a model is good, then useless: batches of 100 outcomes, known when the next begins."""
    shares = []
    for seed in range(5):
        parts = draw_log_odds(2000, seed, slope=3), draw_log_odds(3000, 100 + seed, slope=0)
        log_odds, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        scores, covered = TRAINED.apply(1 / (1 + np.exp(-log_odds))), np.zeros(5000, dtype=np.bool_)
        sets = LabelSets.fit(labels[:1000], scores[:1000])
        for begin in range(0, 5000, 100):
            batch = slice(begin, begin + 100)
            covered[batch] = sets.hold(labels[batch], scores[batch])
            known = slice(max(0, begin - 1900), begin + 100)
            rows = outcomes_of((log_odds[known], labels[known]), covered=covered[known])
            start = newest_segment(log_odds[known], labels[known], rows.groups)
            sets = adapt_label_sets(sets, rows, scores[known], start, same_calibrator=True)
        shares += [covered[start : start + 2000].mean() for start in range(0, 3001, 100)]
    assert min(shares) > 0.87
    assert max(shares) < 0.93
