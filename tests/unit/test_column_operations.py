"""Operations on columns: which there are, and what they compute."""

import numpy as np
import pytest

from delay_core import parse_schema
from delay_core.training.binned_auc import binned_auc
from delay_core.training.column_operations import MAX_IN_TRIPLES, MAX_OF_A_KIND, list_operations
from delay_core.training.column_quantities import quantities

SCHEMA = """
name: parcels
version: 1
source: {timezone: America/New_York}
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  late: {role: label, available_at: delivered}
"""
LABELS = np.array([0, 1, 0, 1], dtype=np.int8)


def operations(columns, keys=""):
    columns = {name: np.array(values) for name, values in columns.items()}
    schema = parse_schema(SCHEMA + keys, "parcels.yaml")
    listed = list_operations(list(quantities(schema, columns)), LABELS)
    return [(one.text.replace("\N{MINUS SIGN}", "-"), one.compute().tolist()) for one in listed]


def texts(*values):
    return np.array(values, dtype=object)


def test_times__differ_by_days_and_by_minutes_of_the_day():
    times = {"sent": ["2024-01-01T04:50", "2024-01-01T12:00"], "left": ["2024-01-01T05:10", "2024-01-02T12:00"]}
    [(days, in_days), (minutes, in_minutes)] = operations({n: np.array(v, dtype="M8[s]") for n, v in times.items()})
    assert days == minutes == "left - sent"
    np.testing.assert_allclose(in_days, [20 / 1440, 1])
    assert in_minutes == [20, 0]  # across midnight in New York


@pytest.mark.parametrize(
    ("planned", "left", "minutes"),
    [
        ([930.0, 2350.0, 5.0], [1015.0, 10.0, np.nan], [45, 20, np.nan]),
        ([93000.0, 235000.0, 500.0], [101530.0, 1000.0, np.nan], [45.5, 20, np.nan]),
        (texts("9:30", "23:50", "00:05"), texts("10:15", "00:10", None), [45, 20, np.nan]),
        (texts("09:30:00", "23:50:00", None), texts("10:15:30", "00:10:00", "00:05:00"), [45.5, 20, np.nan]),
        ([930.0, 2350.0, 5.0], texts("10:15", "00:10", None), [45, 20, np.nan]),
    ],
    ids=["hhmm", "hhmmss", "H:MM", "HH:MM:SS", "a number and a text"],
)
def test_times_of_day__differ_across_midnight(planned, left, minutes):
    computed = [values for text, values in operations({"planned": planned, "left": left}) if text == "left - planned"]
    assert any(np.allclose(values, minutes, equal_nan=True) for values in computed)


@pytest.mark.parametrize("values", [[930.0, 1075.0], [930.5, 1000.0], [-1.0, 930.0], [1.0, 29.0], [930.0, 2500.0]])
def test_other_numbers__are_no_times_of_day(values):
    assert [text for text, _ in operations({"a": values, "b": [930.0, 1015.0]})] == ["b - a", "b / a"]


def test_numbers__have_a_difference_and_a_ratio():
    assert operations({"paid": [1.0, 0.0], "due": [4.0, 2.0]}) == [
        ("due - paid", [3, 2]),
        ("due / paid", [4, pytest.approx(np.nan, nan_ok=True)]),
    ]


def test_numbers_of_different_units__are_not_combined():
    keys = "  km: {role: numeric, unit: km}\n  kg: {role: numeric, unit: kg}\n  n: {role: numeric}\n"
    pairs = {text for text, _ in operations({"km": [1.5], "kg": [2.5], "n": [3.5]}, keys)}
    assert pairs == {"n - km", "n / km", "n - kg", "n / kg"}


def test_codes__are_equal_or_not_if_they_have_a_value_in_common():
    codes = {"first": texts("a", "b", None), "last": texts("a", "c", None), "mode": texts("air", "sea", "sea")}
    assert operations(codes) == [("last = first", [1, 0, 1])]


def test_three_numbers__are_the_difference_of_each_from_the_two_others():
    triples = [one for one in operations({"a": [9.5], "b": [3.0], "c": [2.0]}) if one[0].count(" - ") == 2]
    assert triples == [("a - b - c", [4.5]), ("b - a - c", [-8.5]), ("c - a - b", [-10.5])]


def test_days_between_two_times__are_compared_with_a_number():
    times = {"sent": np.array(["2024-01-01"], dtype="M8[s]"), "due": np.array(["2024-01-11"], dtype="M8[s]")}
    assert ("days from sent to due - allowed", [3.0]) in operations({**times, "allowed": [7.0]})


def test_many_columns__are_combined_as_far_as_they_matter_to_the_outcome():
    draw = np.random.default_rng(0)
    columns = {f"x{n}": draw.normal(size=400) for n in range(MAX_OF_A_KIND + 20)}
    columns["planned"] = 100 * draw.normal(size=400)
    columns["left"] = columns["planned"] + draw.normal(size=400)
    late = (columns["left"] - columns["planned"] > 0).astype(np.int8)
    listed = list_operations(list(quantities(parse_schema(SCHEMA, "parcels.yaml"), columns)), late)
    pairs = [one for one in listed if len(one.columns) == 2]
    assert len(pairs) == MAX_OF_A_KIND * (MAX_OF_A_KIND - 1)
    assert len(listed) - len(pairs) == 3 * MAX_IN_TRIPLES * (MAX_IN_TRIPLES - 1) * (MAX_IN_TRIPLES - 2) / 6
    assert any(set(one.columns) == {"planned", "left"} for one in pairs)


FOLD = (np.arange(1000) % 5).astype(np.int8)
RANDOM = np.random.default_rng(1)
HALF = (RANDOM.random(1000) < 0.5).astype(np.int8)


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        (HALF * 1.0, 0.999, 1),
        (np.where(RANDOM.random(1000) < 0.5, 1, -1) * HALF * 5 + RANDOM.normal(size=1000), 0.98, 1),
        (np.where(HALF == 1, np.nan, RANDOM.normal(size=1000)), 0.98, 1),
        (RANDOM.normal(size=1000), 0.4, 0.6),
        (np.arange(1000.0), 0.4, 0.6),
        (np.full(1000, np.nan), 0.4, 0.6),
        (HALF * 2.0 + RANDOM.normal(size=1000), 0.88, 0.94),
    ],
    ids=["copy", "not monotone", "missing", "noise", "each its own", "none", "honest"],
)
def test_binned_auc(values, low, high):
    assert low <= binned_auc(values, HALF, FOLD) <= high
