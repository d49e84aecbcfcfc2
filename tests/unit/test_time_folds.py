"""Folds in time order: training rows are earlier, their outcomes were known, and they share no group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from delay_core import parse_schema
from delay_core.training import RawDataset, time_folds
from delay_core.training.datasets import recency_weights
from delay_core.training.folds import N_FOLDS, encode_fold

SCHEMA = parse_schema(
    """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  lane: {role: categorical}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)


def raw(hours, labels, known_after=0, groups=None, validation_from=0.5):
    order = np.argsort(hours, kind="stable")
    hours, labels = np.array(hours)[order], np.array(labels, dtype=np.int8)[order]
    times = np.datetime64("2024-01-01", "us") + hours * np.timedelta64(1, "h")
    count = len(hours)
    routes = np.array(["north", "south"], dtype=object)[np.arange(count) % 2]
    columns = {"sent": times, "weight": np.arange(count, dtype=float), "lane": routes}
    known_at = times + known_after * np.timedelta64(1, "h")
    return RawDataset(
        columns,
        labels,
        times,
        known_at,
        np.arange(count) >= validation_from * count,
        None if groups is None else np.array(groups)[order],
    )


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 1), st.integers(0, 12)), min_size=8, max_size=80),
    st.integers(0, 10),
    st.booleans(),
)
def test_time_folds__train_on_earlier_known_rows_of_other_groups(rows, known_after, grouped):
    hours, labels, groups = zip(*rows, strict=True)
    rows = raw(hours, labels, known_after, groups if grouped else None)
    validated = np.zeros(len(hours), dtype=bool)
    for fold in time_folds(rows):
        begins = rows.times[fold.validation].min()
        assert (rows.times[fold.train] < begins).all()
        assert (rows.known_at[fold.train] <= begins).all()
        assert set(rows.labels[fold.train].tolist()) == {0, 1}
        assert rows.is_validation[fold.validation].all()
        assert not (validated & fold.validation).any()
        assert begins > rows.times[validated].max() if validated.any() else True
        if grouped:
            assert not set(rows.groups[fold.train]) & set(rows.groups[fold.validation])
        validated |= fold.validation


def test_time_folds__hold_every_validation_row_once():
    rows = raw(range(200), [hour % 2 for hour in range(200)])
    folds = time_folds(rows)
    assert len(folds) == N_FOLDS
    assert (np.sum([fold.validation for fold in folds], axis=0) == rows.is_validation).all()
    assert [int(fold.validation.sum()) for fold in folds] == [25] * 4
    assert [int(fold.train.sum()) for fold in folds] == [100, 125, 150, 175]


def test_time_folds__leave_out_a_fold_without_late_training_rows():
    rows = raw(range(200), [int(hour >= 140) for hour in range(200)])
    assert [int(fold.train.sum()) for fold in time_folds(rows)] == [150, 175]


def test_encode_fold__knows_only_categories_of_its_training_rows():
    rows = raw(range(200), [hour % 2 for hour in range(200)])
    rows.columns["lane"][rows.is_validation] = "west"
    first, *_, last = time_folds(rows)
    assert encode_fold(SCHEMA, rows, first).train.features.shape[1] == 5  # weight, north, south, two buckets
    assert encode_fold(SCHEMA, rows, last).train.features.shape[1] == 6


def test_recency_weights__halve_with_every_half_life_before_the_last_row():
    times = np.datetime64("2024-01-01", "us") + np.arange(0, 101, 25) * np.timedelta64(1, "D")
    weights = recency_weights(times, 0.25)
    np.testing.assert_allclose(weights[1:] / weights[:-1], 2)
    assert weights.mean() == 1
    assert recency_weights(times, None) is None
    assert recency_weights(times[:1], 0.25) is None
