"""Finding the header of a table below a title, such as `Deliveries in May` above the names of columns."""

import re
from collections.abc import Sequence
from statistics import median_low

MAX_TITLE_ROWS = 20
_NUMBER = re.compile(r"[-+]?[0-9][0-9.,' ]*")

Rows = Sequence[tuple[int, Sequence[object]]]
"""Rows that are not empty, each after its number, from 1, in the file."""


def find_header(rows: Rows) -> int | None:
    """The number of the header's row, if titles are above it; None if the first row may be the header.

    A title fills at most half as many cells as most rows, and not the header's last one; a header has no numbers.
    """
    filled = [_filled(cells) for _, cells in rows]
    if not filled:
        return None
    usual = median_low(map(len, filled))
    index = next((index for index, positions in enumerate(filled) if 2 * len(positions) > usual), 0)
    if not 0 < index <= MAX_TITLE_ROWS:
        return None
    last = filled[index][-1]
    number, header = rows[index]
    if any(last in title for title in filled[:index]) or not all(_may_be_name(header[i]) for i in filled[index]):
        return None
    return number


def _filled(cells: Sequence[object]) -> list[int]:
    return [index for index, cell in enumerate(cells) if cell is not None and str(cell).strip()]


def _may_be_name(cell: object) -> bool:
    return isinstance(cell, str) and not _NUMBER.fullmatch(cell.strip())
