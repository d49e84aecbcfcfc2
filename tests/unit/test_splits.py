"""Time-ordered splits: no overlap in time, no group across, nothing learned that was not known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.errors import TrainingRefused
from delay_core.splits import OPEN, PARTS, PURGED, SplitPolicy, Timeline, split_by_time

POLICY = SplitPolicy()
ROWS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([0.0, 1.0, np.nan]), st.integers(0, 40)), min_size=30, max_size=200
)


def split(rows, known_after_hours, grouped, snapshot=None):
    hours, late, groups = (np.array(column) for column in zip(*rows, strict=True))
    times = np.datetime64("2024-01-01", "us") + hours * np.timedelta64(1, "h")
    known_at = times + np.timedelta64(known_after_hours, "h")
    line = Timeline(times, late, known_at, groups if grouped else None, snapshot)
    return line, groups, split_by_time(line, POLICY)


@given(ROWS, st.integers(0, 30), st.booleans())
def test_parts_never_overlap_in_time_or_group_and_know_their_outcomes(rows, known_after_hours, grouped):
    try:
        line, groups, part = split(rows, known_after_hours, grouped)
    except TrainingRefused:
        return
    train, validation, test = (part == PARTS[name] for name in ("train", "validation", "test"))
    assert line.times[train].max() < line.times[validation].min()
    assert line.times[validation].max() < line.times[test].min()
    learned = train | validation
    assert (line.known_at[learned] <= line.times[test].min()).all()
    if grouped:
        assert not set(groups[learned]) & set(groups[test])
    assert (np.isnan(line.late) == (part == OPEN)).all()


def test_the_shares_are_those_of_the_policy():
    rows = [(hour, float(hour % 2), hour) for hour in range(1000)]
    *_, part = split(rows, 0, grouped=False)
    assert [int((part == code).sum()) for code in PARTS.values()] == [425, 425, 150]


def test_a_large_table_is_validated_on_the_latest_rows_that_suffice():
    times = np.datetime64("2024-01-01", "us") + np.arange(1000) * np.timedelta64(1, "h")
    line = Timeline(times, np.arange(1000) % 2.0, times)
    part = split_by_time(line, SplitPolicy(most_validation=100))
    assert [int((part == code).sum()) for code in PARTS.values()] == [750, 100, 150]


def test_outcomes_unknown_when_the_test_begins_are_purged():
    rows = [(hour, float(hour % 2), hour) for hour in range(1000)]
    *_, part = split(rows, 24, grouped=False)
    assert int((part == PURGED).sum()) == 23


def test_an_outcome_known_after_the_snapshot_is_in_no_part():
    rows = [(hour, float(hour % 2), hour) for hour in range(1000)]
    line, _, part = split(rows, 0, grouped=False, snapshot=np.datetime64("2024-02-10T00:00", "us"))
    assert set(part[line.known_at > line.snapshot]) == {PURGED}
    assert (part == PARTS["test"]).any()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(hour, 1.0, 0) for hour in range(19)], "19 shipments with an outcome are too few"),
        ([(0, 1.0, 0)] * 50, "part is empty"),
    ],
)
def test_too_little_to_split_is_refused(rows, message):
    with pytest.raises(TrainingRefused, match=message):
        split(rows, 0, grouped=False)


def test_a_policy_out_of_order_is_refused():
    with pytest.raises(ValueError, match="before test_from"):
        SplitPolicy(validation_from=0.9, test_from=0.8)
