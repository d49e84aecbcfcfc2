"""The recent late rate counts the latest outcomes that were known before each prediction point, and no others."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import parse_schema
from delay_core.reports import RecentRate
from delay_core.training import RawDataset
from delay_core.training.recent_rate import WINDOWS, recent_late_rates, recent_rate_keys, select_recent_rate
from delay_core.transformers.target_encoding import SMOOTHING_ROWS

SCHEMA = parse_schema(
    """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
derived:
  late rate of the carrier: {late_rate: carrier}
columns:
  sent: {role: timestamp}
  carrier: {role: categorical}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)
BY_CARRIER = ("carrier",)


def parcels(hours, labels, carriers=None, known_after=1):
    times = np.datetime64("2024-01-01", "us") + np.asarray(hours) * np.timedelta64(1, "h")
    known_at = times + np.asarray(known_after) * np.timedelta64(1, "h")
    carriers = np.array(["north"] * len(times) if carriers is None else carriers, dtype=object)
    columns = {"sent": times, "carrier": carriers}
    return RawDataset(columns, np.array(labels, dtype=np.int8), times, known_at, np.ones(len(times), dtype=bool))


def expected(rows, row, rate):
    """The rate of one row, counted outcome by outcome."""
    known = [other for other in range(len(rows.labels)) if rows.known_at[other] < rows.times[row]]
    known.sort(key=lambda other: rows.known_at[other])
    result = (sum(rows.labels[known]) + 0.5) / (len(known) + 1)
    of_carrier = [other for other in known if rows.columns["carrier"][other] == rows.columns["carrier"][row]]
    for outcomes in (known, of_carrier) if rate.keys else (known,):
        latest = rows.labels[outcomes[-rate.window :]]
        result = (latest.sum() + SMOOTHING_ROWS * result) / (len(latest) + SMOOTHING_ROWS)
    return result


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 1), st.sampled_from(["north", "south", None]), st.integers(0, 9)),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 6),
    st.sampled_from([(), BY_CARRIER]),
)
def test_recent_late_rates__count_outcomes_known_before_the_prediction_point(rows, window, keys):
    hours, labels, carriers, delays = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    rows, rate = parcels(hours, labels, carriers, delays), RecentRate(window=window, keys=keys)
    selected = np.arange(len(hours)) % 2 == 0
    rates = recent_late_rates(rate, rows, selected)
    np.testing.assert_allclose(rates, [expected(rows, row, rate) for row in np.flatnonzero(selected)], rtol=1e-12)


def test_recent_late_rates__do_not_depend_on_outcomes_that_are_not_known_yet():
    hours, labels = np.arange(300), np.random.default_rng(0).integers(0, 2, 300)
    rows, everything = parcels(hours, labels, known_after=24), np.ones(300, dtype=bool)
    rates = recent_late_rates(RecentRate(window=50, keys=BY_CARRIER), rows, everything)
    opposite = replace(rows, labels=np.where(hours >= 200, 1 - rows.labels, rows.labels).astype(np.int8))
    changed = recent_late_rates(RecentRate(window=50, keys=BY_CARRIER), opposite, everything)
    np.testing.assert_array_equal(rates[:225], changed[:225])
    assert (rates[225:] != changed[225:]).any()


def test_recent_late_rates__follow_a_jump_of_the_late_rate():
    labels = np.concatenate([np.arange(1000) % 10 == 0, np.arange(1000) % 10 != 0])
    rates = recent_late_rates(RecentRate(window=200, keys=()), parcels(range(2000), labels), np.ones(2000, dtype=bool))
    assert rates[999] == pytest.approx(0.1, abs=0.02)
    assert rates[1300] == pytest.approx(0.9, abs=0.1)


def test_select_recent_rate__has_a_long_window_where_nothing_changes_and_a_short_one_after_a_jump():
    draw, everything = np.random.default_rng(1), np.ones(4000, dtype=bool)
    steady = parcels(range(4000), draw.random(4000) < 0.3)
    assert select_recent_rate(SCHEMA, steady, everything) == RecentRate(window=WINDOWS[-1], keys=())
    in_turn = parcels(range(4000), draw.random(4000) < np.where(np.arange(4000) // 250 % 2, 0.9, 0.1))
    assert select_recent_rate(SCHEMA, in_turn, everything).window == WINDOWS[0]


def test_select_recent_rate__is_by_key_where_keys_differ():
    carriers = np.where(np.arange(4000) % 2, "north", "south")
    labels = np.random.default_rng(2).random(4000) < np.where(carriers == "north", 0.8, 0.2)
    assert recent_rate_keys(SCHEMA) == BY_CARRIER
    chosen = select_recent_rate(SCHEMA, parcels(range(4000), labels, carriers), np.ones(4000, dtype=bool))
    assert chosen.keys == BY_CARRIER
    assert str(chosen) == f"the late rate of the latest {chosen.window:,} known outcomes by carrier"
