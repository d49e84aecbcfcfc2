"""The names in a sheet's first row, and rows cut to them."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from openpyxl.utils import get_column_letter

from adapters.tabular.chunks import refuse_twice
from delay_core.errors import SourceError

Row = tuple[object, ...]

EMPTY = (None, "")


class SheetHeader:
    """Which column of a sheet bears which name. Raises SourceError where there is none, or one stands twice."""

    def __init__(self, path: Path, sheet: str, number: int, cells: Row) -> None:
        names = ["" if cell is None else str(cell).strip() for cell in cells]
        self._where = f"{path}, sheet {sheet!r}"
        self._number = number
        self._named = {place: name for place, name in enumerate(names) if name}
        self._width = max(self._named, default=-1) + 1
        self._nameless = [place for place in range(self._width) if place not in self._named]
        if not self._named:
            raise SourceError(f"{self._where}: no names in the header, row {number}")
        refuse_twice(path, list(self._named.values()))

    def table(self, numbered: Sequence[tuple[int, Row]]) -> tuple[pd.DataFrame, dict[int, str]]:
        """The named columns of these rows, and by position which rows go on behind the header's last name.

        Raises SourceError where a column amid the named ones holds values and has no name.
        """
        unreadable: dict[int, str] = {}
        rows: list[Row] = []
        for number, cells in numbered:
            row = cells[: self._width] + (None,) * (self._width - len(cells))
            for place in self._nameless:
                if row[place] not in EMPTY:
                    raise SourceError(self._without_name(place, number))
            beyond = [place for place in range(self._width, len(cells)) if cells[place] not in EMPTY]
            if beyond:
                letter = get_column_letter(beyond[0] + 1)
                unreadable[len(rows)] = f"row {number}: a value in column {letter}, which has no name in the header"
                row = (None,) * self._width
            rows.append(row)
        columns = dict(zip(range(self._width), zip(*rows, strict=True), strict=True))
        named = {name: pd.Series(columns[place], dtype=object) for place, name in self._named.items()}
        return pd.DataFrame(named, index=range(len(rows)), dtype=object), unreadable

    def _without_name(self, place: int, number: int) -> str:
        letter = get_column_letter(place + 1)
        return (
            f"{self._where}: column {letter} has a value in row {number}, but no name in the header, "
            f"row {self._number}; name it, or empty it"
        )
