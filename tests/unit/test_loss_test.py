"""The loss test: its evidence is an e-value for every true probability inside the band, and harms raise it."""

from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.monitoring.loss_test import (
    ALTERNATIVES,
    DueOutcomes,
    Harm,
    LossTest,
    LossTestState,
    ToleranceBand,
    fit_tolerance_band,
    start_weight,
)
from delay_core.monitoring.loss_test.start_mixture import unspent_weight
from delay_core.monitoring.time_window import TimeWindow

DAY = timedelta(days=1)
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
BAND = ToleranceBand(below=0.1, above=0.2)
TEST = LossTest(BAND, center=-1.5, lifetime=30)
probabilities = st.floats(0, 1)


def day(number):
    return TimeWindow(FIRST_DAY + number * DAY, FIRST_DAY + (number + 1) * DAY)


def due(probability, late, group=None):
    rows = len(late)
    return DueOutcomes(
        np.broadcast_to(np.asarray(probability, dtype=np.float64), rows),
        np.asarray(late, dtype=np.int8),
        np.arange(rows) if group is None else np.asarray(group),
    )


def shift(probability, log_odds):
    return 1 / (1 + np.exp(-(np.log(probability / (1 - probability)) + log_odds)))


def run(days, test=TEST):
    evidence = None
    state = LossTestState()
    for number, outcomes in enumerate(days):
        evidence = test.advance(state, day(number), outcomes)
        state = evidence.state
    return evidence


def draw_days(days, rows, late_probability, seed=0):
    """Served probabilities around the center, and outcomes with the probabilities that the function returns."""
    generator = np.random.default_rng(seed)
    for number in range(days):
        served = shift(np.full(rows, 0.2), generator.normal(0, 1.2, rows))
        yield due(served, generator.random(rows) < late_probability(number, served))


@given(served=probabilities, inside=st.floats(-BAND.below, BAND.above))
def test_ratio__has_an_expectation_of_at_most_one_inside_the_band(served, inside):
    truth = shift(np.clip(served, 1e-6, 1 - 1e-6), inside)
    on_time, late = TEST.log_ratios(np.array([served, served]), np.array([0, 1], dtype=np.int8))
    assert (np.exp(late) * truth + np.exp(on_time) * (1 - truth) <= 1 + 1e-6).all()


@given(served=probabilities, points=st.sampled_from([-0.001, 0.001]))
def test_ratio__has_an_expectation_of_at_most_one_near_the_served_probability(served, points):
    truth = np.clip(served + points, 0, 1)
    on_time, late = TEST.log_ratios(np.array([served, served]), np.array([0, 1], dtype=np.int8))
    assert (np.exp(late) * truth + np.exp(on_time) * (1 - truth) <= 1 + 1e-6).all()


def test_ratio__is_one_for_alternatives_inside_the_band():
    wide = LossTest(ToleranceBand(9, 9), center=-1.5, lifetime=30)
    assert not wide.log_ratios(np.array([0.1, 0.5]), np.array([0, 1], dtype=np.int8)).any()


@pytest.mark.parametrize("error", [-BAND.below, 0.0, BAND.above])
def test_evidence__is_an_e_value_however_lines_of_a_delivery_depend_on_each_other(error):
    """Exact: all outcomes of two windows, where the second and third row are always late together."""
    served = np.array([0.1, 0.3, 0.3])
    truth = shift(served, error)
    expected = 0.0
    for first, both in product(product((0, 1), repeat=2), repeat=2):
        weight = np.prod([p if y else 1 - p for pair in (first, both) for p, y in zip(truth[:2], pair, strict=True)])
        days = (due(served, [y, z, z], [0, 1, 1]) for y, z in (first, both))
        expected += weight * np.exp(run(days).log_evidence)
    assert 0.9 < expected <= 1 + 1e-9


def test_group__multiplies_the_evidence_by_the_mean_of_its_ratios():
    separate = [run([due(0.2, [late])]) for late in (0, 1)]
    together = run([due(0.2, [0, 1], [7, 7])])
    of_starts = [np.exp(e.state.log_sum) for e in separate]
    assert np.exp(together.state.log_sum) == pytest.approx(np.mean(of_starts, axis=0))


def test_group__counts_when_all_of_it_is_known():
    """The late line of the delivery is the first row, the other is the last one."""
    evidence = run([due([0.05, 0.2, 0.05], [1, 0, 1], [7, 8, 7])])
    assert evidence.peak_outcomes == 3


def test_start_weights__sum_to_one_over_any_number_of_windows():
    spent = np.cumsum([start_weight(number, 30) for number in range(200)])
    assert spent + [unspent_weight(number + 1, 30) for number in range(200)] == pytest.approx(1)
    assert start_weight(0, 30) == start_weight(29, 30) > start_weight(30, 30) > 0


@pytest.mark.parametrize(
    ("harm", "late_probability"),
    [
        (Harm.MORE_LATE, lambda served: served + 0.15 * (1 - served)),
        (Harm.MORE_LATE, lambda served: shift(served, 1.0)),
        (Harm.FEWER_LATE, lambda served: shift(served, -1.2)),
        (Harm.WEAKER_RANKING, lambda served: np.full(len(served), 0.24)),
        (Harm.WEAKER_RANKING, lambda served: np.clip(0.5 - served, 0.02, 0.98)),
    ],
    ids=["another cause", "higher log-odds", "fewer late", "constant", "reversed"],
)
def test_harm__is_named_with_the_window_of_its_start(harm, late_probability):
    days = draw_days(14, 150, lambda number, served: late_probability(served) if number >= 6 else served)
    evidence = run(days)
    assert evidence.log_evidence > np.log(20)
    assert evidence.harm is harm
    assert abs((evidence.change_point.start - day(6).start) / DAY) <= 1


def test_calibrated_probabilities__leave_the_evidence_low():
    days = draw_days(60, 200, lambda _, served: served)
    assert run(days).log_evidence < 0


def test_new_mix_of_shipments__is_no_evidence():
    """Twice as many risky shipments, with true probabilities."""
    generator = np.random.default_rng(1)
    days = []
    for mean in (0.1, 0.5) * 15:
        served = shift(np.full(200, mean), generator.normal(0, 1, 200))
        days.append(due(served, generator.random(200) < served))
    assert run(days).log_evidence < 0


def test_state__continues_from_json_to_the_same_bits_and_does_not_grow():
    days = list(draw_days(40, 20, lambda _, served: served))
    sizes, state = [], LossTestState()
    for number, outcomes in enumerate(days):
        text = state.model_dump_json()
        stored = LossTestState.model_validate_json(text)
        evidence = TEST.advance(state, day(number), outcomes)
        assert TEST.advance(stored, day(number), outcomes) == evidence
        sizes.append(len(text))
        state = evidence.state
    assert state.windows == 40
    assert state.outcomes == 800
    assert max(sizes) < 1_000


def test_window_without_outcomes__leaves_state_and_evidence():
    before = run(draw_days(3, 50, lambda _, served: served))
    after = TEST.advance(before.state, day(3), due([], []))
    assert after.state == before.state
    assert (after.log_evidence, after.harm, after.change_point, after.peak_outcomes) == (
        before.log_evidence,
        before.harm,
        before.change_point,
        0,
    )
    assert TEST.advance(LossTestState(), day(0), due([], [])).log_evidence == 0


def test_peak__is_the_highest_evidence_inside_the_window():
    evidence = run([due(0.1, [1] * 8 + [0] * 200)])
    assert evidence.peak_outcomes == 8
    assert evidence.log_peak == pytest.approx(run([due(0.1, [1] * 8)]).log_evidence)
    assert evidence.log_peak > evidence.log_evidence


def test_probabilities_of_almost_zero__do_not_page_for_one_late_shipment():
    assert run([due([0.0, 1e-6, 1.0], [1, 0, 1])]).log_evidence < np.log(20)


def test_state_of_another_test__is_refused():
    other = LossTest(BAND, center=-1.5, lifetime=30, alternatives=ALTERNATIVES[:2])
    with pytest.raises(ValueError, match=f"the state has 2 alternatives, the test {len(ALTERNATIVES)}"):
        TEST.advance(run([due(0.2, [1])], other).state, day(1), due(0.2, [1]))


def test_alternatives__share_all_of_the_evidence():
    assert sum(alternative.weight for alternative in ALTERNATIVES) == pytest.approx(1)


def reference(rows, error=0.0):
    generator = np.random.default_rng(2)
    served = shift(np.full(rows, 0.2), generator.normal(0, 1, rows))
    return served, (generator.random(rows) < shift(served, error)).astype(np.int8)


def test_band__is_wider_where_the_reference_excludes_less():
    large, small = (fit_tolerance_band(0.1, *reference(rows), np.arange(rows)) for rows in (100_000, 200))
    assert large == ToleranceBand(0.1, 0.1)
    assert 0.25 < small.below + small.above < 0.8


def test_band__contains_the_error_of_the_reference():
    band = fit_tolerance_band(0.1, *reference(20_000, error=0.3), np.arange(20_000))
    assert 0.3 < band.above < 0.4
    assert band.below == 0.1


def test_band__counts_rows_of_one_group_once():
    served, late = reference(2_000)
    groups = np.arange(2_000) // 2
    twice = fit_tolerance_band(0.0, served.repeat(2), late.repeat(2), np.arange(2_000).repeat(2))
    once = fit_tolerance_band(0.0, served, late, np.arange(2_000))
    assert (twice.below, twice.above) == pytest.approx((once.below, once.above), rel=0.02)
    assert fit_tolerance_band(0.1, served[:0], late[:0], groups[:0]) == ToleranceBand(0.1, 0.1)


def test_band__is_not_negative():
    with pytest.raises(ValueError, match=r"-0\.1"):
        ToleranceBand(below=0.1, above=-0.1)
