"""The map of log-odds that a recalibration fits, and the change since when it fits it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.calibration import LogOddsMap
from delay_core.recalibration.change_point import newest_segment
from delay_core.recalibration.log_odds_fit import MIN_SLOPE, fit_log_odds_map
from support.matured_outcomes import JUMP, draw_log_odds

# The map


@given(
    log_odds=st.lists(st.floats(-14, 14), max_size=30),
    labels=st.lists(st.integers(0, 1), min_size=30, max_size=30),
)
def test_fitted_map__keeps_the_order(log_odds, labels):
    fitted = fit_log_odds_map(np.array(log_odds), np.array(labels[: len(log_odds)], dtype=np.int8))
    assert min(fitted.slopes) >= MIN_SLOPE


@given(log_odds=st.lists(st.floats(-14, 14), min_size=1, max_size=30), late=st.integers(0, 1))
def test_fitted_map__follows_outcomes_of_one_class_within_reason(log_odds, late):
    fitted = fit_log_odds_map(np.array(log_odds), np.full(len(log_odds), late, dtype=np.int8))
    assert abs(fitted.intercept) < 10


def test_fitted_map__without_outcomes_is_the_identity():
    assert fit_log_odds_map(np.empty(0), np.empty(0, dtype=np.int8)) == LogOddsMap()


def test_fitted_map__bends_where_equally_many_outcomes_lie_between():
    log_odds, labels = draw_log_odds(800)
    knots = fit_log_odds_map(log_odds, labels).knots
    assert np.diff(np.searchsorted(np.sort(log_odds), knots)).tolist() == [100] * 6
    assert fit_log_odds_map(log_odds, labels, segments=1).knots == ()


@pytest.mark.parametrize("segments", [1, 4])
@pytest.mark.parametrize("sign", [1, -1])
def test_fitted_map__minimizes_log_loss_plus_penalties(sign, segments):
    log_odds, labels = draw_log_odds(300, slope=sign * 0.5, shift=1)
    fitted = fit_log_odds_map(log_odds, labels, segments)

    def objective(slopes, intercept):
        mapped = fitted.model_copy(update={"slopes": tuple(slopes), "intercept": intercept})(log_odds)
        deviations = [(np.mean(slopes) - 1) / 0.25, *np.diff(slopes) / 0.5, intercept / 2]
        return (np.logaddexp(0, mapped) - labels * mapped).sum() + np.square(deviations).sum() / 2

    slopes, best = np.array(fitted.slopes), objective(fitted.slopes, fitted.intercept)
    for step in (1e-3, -1e-3):
        assert objective(slopes, fitted.intercept + step) > best
        for number in np.flatnonzero(slopes > MIN_SLOPE):
            assert objective(slopes + step * (np.arange(segments) == number), fitted.intercept) > best


def test_fitted_map__of_few_outcomes_changes_the_mean_slope_little():
    few, many = (fit_log_odds_map(*draw_log_odds(rows, slope=0.3)) for rows in (20, 4000))
    assert np.mean(few.slopes) > 0.7
    assert many.slopes == pytest.approx([0.3] * 8, abs=0.25)


def test_fitted_map__of_many_outcomes_follows_a_bend():
    log_odds, _ = draw_log_odds(4000)
    true = np.where(log_odds < -0.6, 2.0, 0.3) * (log_odds + 0.6)
    labels = (np.random.default_rng(1).random(4000) < 1 / (1 + np.exp(-true))).astype(np.int8)
    bent, straight = (fit_log_odds_map(log_odds, labels, segments) for segments in (8, 1))
    assert np.abs(bent(log_odds) - true).mean() < 0.15 < np.abs(straight(log_odds) - true).mean()


def test_fitted_map__of_reversed_scores_keeps_small_slopes():
    assert set(fit_log_odds_map(*draw_log_odds(3000, slope=-1)).slopes) == {MIN_SLOPE}


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
    assert sum(cut) <= 3


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
