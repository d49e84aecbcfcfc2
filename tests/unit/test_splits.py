"""Time-ordered splits: no overlap in time, no group across, no outcome used before it was known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.errors import TrainingRefused
from delay_core.left_out import LeftOutCause, count_left_out
from delay_core.splits import SPLITS, SplitInputs, SplitPolicy, split_by_time

POLICY = SplitPolicy()
ROWS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([0.0, 1.0, np.nan]), st.integers(0, 40)), min_size=30, max_size=200
)


def split_rows(rows, known_after_hours, grouped, snapshot=None):
    hours, late, groups = (np.array(column) for column in zip(*rows, strict=True))
    times = np.datetime64("2024-01-01", "us") + hours * np.timedelta64(1, "h")
    known_at = times + np.timedelta64(known_after_hours, "h")
    rows = SplitInputs(times, late, known_at, groups if grouped else None, snapshot)
    return rows, groups, split_by_time(rows, POLICY)


@given(ROWS, st.integers(0, 30), st.booleans())
def test_splits__do_not_overlap_in_time_or_group_and_have_known_outcomes(rows, known_after_hours, grouped):
    try:
        rows, groups, split = split_rows(rows, known_after_hours, grouped)
    except TrainingRefused:
        return
    train, validation, test = (split == SPLITS[name] for name in ("train", "validation", "test"))
    assert rows.times[train].max() < rows.times[validation].min()
    assert rows.times[validation].max() < rows.times[test].min()
    before_test = train | validation
    assert (rows.known_at[before_test] <= rows.times[test].min()).all()
    if grouped:
        assert not set(groups[before_test]) & set(groups[test])
    assert (np.isnan(rows.late) == (split == LeftOutCause.NO_OUTCOME.code)).all()


def test_splits__have_the_shares_of_the_policy():
    rows = [(hour, float(hour % 2), hour) for hour in range(1000)]
    *_, split = split_rows(rows, 0, grouped=False)
    assert [int((split == code).sum()) for code in SPLITS.values()] == [425, 425, 150]


def test_validation_split__of_a_large_table_has_a_maximum_size():
    times = np.datetime64("2024-01-01", "us") + np.arange(1000) * np.timedelta64(1, "h")
    rows = SplitInputs(times, np.arange(1000) % 2.0, times)
    split = split_by_time(rows, SplitPolicy(max_validation_rows=100))
    assert [int((split == code).sum()) for code in SPLITS.values()] == [750, 100, 150]


def test_outcomes_unknown_at_the_test_start__are_purged():
    rows = [(hour, float(hour % 2), hour) for hour in range(1000)]
    *_, split = split_rows(rows, 24, grouped=False)
    assert count_left_out(split) == {LeftOutCause.UNKNOWN_AT_CUT: 23}


def test_outcome_known_after_the_snapshot__is_in_no_split():
    rows = [(hour, float(hour % 2), hour) for hour in range(1000)]
    rows, _, split = split_rows(rows, 0, grouped=False, snapshot=np.datetime64("2024-02-10T00:00", "us"))
    assert set(split[rows.known_at > rows.snapshot]) == {LeftOutCause.AFTER_SNAPSHOT.code}
    assert (split == SPLITS["test"]).any()


def test_left_out_rows__are_counted_by_cause():
    rows = [(hour, np.nan if hour < 10 else float(hour % 2), hour % 500) for hour in range(1000)]
    *_, split = split_rows(rows, 24, grouped=True)
    test_rows = int((split == SPLITS["test"]).sum())
    assert count_left_out(split) == {
        LeftOutCause.NO_OUTCOME: 10,
        LeftOutCause.UNKNOWN_AT_CUT: 23,
        LeftOutCause.GROUP_SPANS_CUT: test_rows,
    }


def test_empty_split__names_the_causes():
    rows = [(hour, float(hour % 2), 0) for hour in range(100)]
    with pytest.raises(TrainingRefused, match="the train split is empty: 85 rows share their group"):
        split_rows(rows, 0, grouped=True)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(hour, 1.0, 0) for hour in range(19)], "19 shipments with an outcome are too few"),
        ([(0, 1.0, 0)] * 50, "split is empty"),
    ],
)
def test_too_few_rows__are_refused(rows, message):
    with pytest.raises(TrainingRefused, match=message):
        split_rows(rows, 0, grouped=False)


def test_policy__with_decreasing_boundaries_is_refused():
    with pytest.raises(ValueError, match="less than test_from"):
        SplitPolicy(validation_from=0.9, test_from=0.8)
