"""The selected row of a table that shows other rows."""

import pytest

from entrypoints.ui.row_selection import DrawnTable

TABLE = DrawnTable(("P-1", "P-2", "P-3"), number=4)


@pytest.mark.parametrize(
    ("rows", "selected"),
    [([1], "P-2"), ([], None), ([3], None), (None, "P-9")],
    ids=["a row", "none", "a row that is gone", "no table yet"],
)
def test_selected__is_the_shipment_of_the_row_as_it_was_drawn(rows, selected):
    assert TABLE.selected(rows, in_url="P-9") == selected


def test_other_rows__are_drawn_into_the_same_table_while_none_is_selected():
    assert TABLE.redrawn(["P-7"], selected=None) == DrawnTable(("P-7",), number=4)


@pytest.mark.parametrize("ids", [["P-2", "P-1", "P-3"], ["P-1", "P-2"], ["P-7"]])
def test_other_rows__need_another_table_if_one_is_selected(ids):
    assert TABLE.redrawn(ids, selected="P-1") == DrawnTable(tuple(ids), number=5)


def test_the_same_rows__keep_the_table_and_the_place_to_which_it_is_scrolled():
    assert TABLE.redrawn(list(TABLE.ids), selected="P-1") == TABLE
