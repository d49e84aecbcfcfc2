"""Time-ordered splits: no overlap in time, no group across, nothing learned that was not known."""

import numpy as np
import pytest
from hypothesis import given, settings
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


@settings(max_examples=200, deadline=None)
@given(ROWS, st.integers(0, 30), st.booleans())
def test_parts_never_overlap_in_time_or_group_and_know_their_outcomes(rows, known_after_hours, grouped):
    try:
        line, groups, part = split(rows, known_after_hours, grouped)
    except TrainingRefused:
        return
    for earlier, later in (("train", "validation"), ("validation", "test")):
        begins = line.times[part == PARTS[later]].min()
        assert (line.times[part == PARTS[earlier]] < begins).all()
        assert (line.known_at[part == PARTS[earlier]] <= begins).all()
    if grouped:
        for name in PARTS:
            others = (part >= 0) & (part != PARTS[name])
            assert not set(groups[part == PARTS[name]]) & set(groups[others])
    assert (np.isnan(line.late) == (part == OPEN)).all()


def test_the_shares_are_those_of_the_policy():
    rows = [(hour, float(hour % 2), hour) for hour in range(1000)]
    *_, part = split(rows, 0, grouped=False)
    assert [int((part == code).sum()) for code in PARTS.values()] == [700, 150, 150]


def test_outcomes_unknown_at_a_cut_are_purged():
    rows = [(hour, float(hour % 2), hour) for hour in range(1000)]
    *_, part = split(rows, 24, grouped=False)
    assert int((part == PURGED).sum()) == 2 * 23


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
