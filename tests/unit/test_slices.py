"""Which rows are slices."""

import numpy as np

from delay_core import load_schema
from delay_core.evaluation import iter_slices, slice_columns
from delay_core.evaluation.slices import MISSING


def texts(*counts):
    """A column with so many rows of each value, shuffled."""
    values = np.array([value for value, rows in counts for _ in range(rows)], dtype=object)
    return np.random.default_rng(0).permutation(values)


def slice_sizes(columns, groups=None):
    return [(part.column, part.value, len(part.rows)) for part in iter_slices(columns, groups)]


def test_slices__are_values_of_enough_rows_the_largest_first_and_missing_is_one():
    column = texts(("sea", 60), ("air", 200), ("rail", 49), (None, 70))
    assert slice_sizes({"Mode": column}) == [("Mode", "air", 200), ("Mode", MISSING, 70), ("Mode", "sea", 60)]


def test_a_slice__has_the_rows_with_its_value():
    column = texts(("sea", 60), ("air", 200), (None, 70))
    for part in iter_slices({"Mode": column}):
        wanted = None if part.value == MISSING else part.value
        assert part.rows.tolist() == [row for row, value in enumerate(column) if value == wanted]


def test_the_whole_table__is_no_slice():
    assert slice_sizes({"Country": texts(("here", 300)), "Nothing": texts((None, 300))}) == []


def test_a_column__has_at_most_twenty_slices_equal_ones_by_name():
    column = texts(*((f"port {number:02}", 60) for number in range(30)))
    assert slice_sizes({"Port": column}) == [("Port", f"port {number:02}", 60) for number in range(20)]


def test_rows_of_few_groups__are_no_slice():
    column = np.array(["few"] * 100 + ["many"] * 100, dtype=object)
    groups = np.concatenate([np.arange(100) % 9, 100 + np.arange(100) % 10])
    assert slice_sizes({"Carrier": column}, groups) == [("Carrier", "many", 100)]


def test_slice_columns__are_categorical_features_without_personal_data():
    schema = load_schema("smart_logistics")
    columns = slice_columns(schema)
    assert columns
    assert all(schema.features[name].role == "categorical" for name in columns)
    private = schema.columns[columns[0]].model_copy(update={"pii": True})
    with_private = schema.model_copy(update={"columns": {**schema.columns, columns[0]: private}})
    assert slice_columns(with_private) == columns[1:]
