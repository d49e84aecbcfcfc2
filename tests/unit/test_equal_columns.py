"""Columns that are equal in all rows: across chunks, by canonical values, and not where they say nothing."""

import numpy as np
import pytest

from delay_core import parse_schema
from delay_core.equal_columns import EqualColumns, repeated_features

DAYS = np.array(["2024-01-01", "NaT", "2024-01-03"], dtype="datetime64[us]")


def texts(*values):
    return np.array(values, dtype=object)


def groups(*chunks):
    equal = EqualColumns(tuple(chunks[0]))
    for chunk in chunks:
        equal.add({name: np.asarray(values) for name, values in chunk.items()})
    return equal.groups


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        (np.array([1.0, np.nan, -0.0]), np.array([1.0, -np.nan, 0.0]), True),
        (np.array([1.0, np.nan, 2.0]), np.array([1.0, 0.0, 2.0]), False),
        (texts("a", None, "b"), texts("a", None, "b"), True),
        (texts("a", None, "b"), texts("a", "", "b"), False),
        (texts("a", None, "b"), texts("a", "-", "b"), False),
        (texts("ab", "c", "d"), texts("a", "bc", "d"), False),
        (texts("+a", "b", "c"), texts("+", "a+b", "c"), False),
        (DAYS, DAYS.copy(), True),
        (DAYS, DAYS.astype("datetime64[us]").view(np.int64).astype(np.float64), False),
        (np.array([1.0, 2.0, 3.0]), texts("1.0", "2.0", "3.0"), False),
        (np.array([5.0, 5.0, 5.0]), np.array([5.0, 5.0, 5.0]), False),
        (texts(None, None, None), texts(None, None, None), False),
    ],
)
def test_columns__are_equal_in_values_and_kind_if_they_vary(one, other, are_equal):
    expected = (("one", "other"),) if are_equal else ()
    assert groups({"one": one, "other": other}) == expected
    assert groups(*({"one": one[[row]], "other": other[[row]]} for row in range(3))) == expected


def test_groups__are_in_the_order_of_the_names_over_all_chunks():
    same, late = np.array([1.0, 2.0]), np.array([1.0, 9.0])
    first = {"a": same, "b": same, "c": late, "d": same, "e": late}
    assert groups(first, first) == (("a", "b", "d"), ("c", "e"))
    assert groups(first, {**first, "d": late, "e": same}) == (("a", "b"),)
    assert groups(first, {name: values[:0] for name, values in first.items()}) == (("a", "b", "d"), ("c", "e"))


def test_the_first_feature_of_a_group__is_used_and_the_others_are_not():
    schema = parse_schema(
        """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
columns:
  sent: {role: timestamp}
  code: {role: identifier}
  weight: {role: numeric}
  kilos: {role: numeric}
  zone: {role: categorical}
  weighed again: {role: numeric, available_at: delivered}
  late: {role: label}
""",
        "parcels.yaml",
    )
    repeated = repeated_features(schema, [("code", "zone"), ("weight", "kilos", "weighed again")])
    assert repeated == {"kilos": "repeats weight in all rows"}
    assert list(schema.without_features(repeated).features) == ["weight", "zone"]
    assert schema.without_features({}) is schema
