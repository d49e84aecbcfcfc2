"""The header of a sheet, and rows as columns of its names."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from openpyxl.utils import get_column_letter

from adapters.tabular.chunks import check_unique_names
from delay_core.errors import SourceError

Row = tuple[object, ...]

EMPTY = (None, "")


class SheetHeader:
    """The names of a sheet's columns. Raises SourceError if there is no name, or one occurs twice."""

    def __init__(self, path: Path, sheet: str, number: int, cells: Row) -> None:
        names = ["" if cell is None else str(cell).strip() for cell in cells]
        self._location = f"{path}, sheet {sheet!r}"
        self._number = number
        self._named = {index: name for index, name in enumerate(names) if name}
        self._width = max(self._named, default=-1) + 1
        self._nameless = [index for index in range(self._width) if index not in self._named]
        if not self._named:
            raise SourceError(f"{self._location}: no names in the header, row {number}")
        check_unique_names(path, list(self._named.values()))

    def to_table(self, numbered_rows: Sequence[tuple[int, Row]]) -> tuple[pd.DataFrame, dict[int, str]]:
        """The named columns of these rows, and by position the reasons of rows with values after the last name.

        Raises SourceError if a column between the named ones has values and no name.
        """
        unreadable: dict[int, str] = {}
        rows: list[Row] = []
        for number, cells in numbered_rows:
            row = cells[: self._width] + (None,) * (self._width - len(cells))
            for index in self._nameless:
                if row[index] not in EMPTY:
                    raise SourceError(self._without_name(index, number))
            beyond = [index for index in range(self._width, len(cells)) if cells[index] not in EMPTY]
            if beyond:
                letter = get_column_letter(beyond[0] + 1)
                unreadable[len(rows)] = f"row {number}: a value in column {letter}, which has no name in the header"
                row = (None,) * self._width
            rows.append(row)
        columns = dict(zip(range(self._width), zip(*rows, strict=True), strict=True))
        named = {name: pd.Series(columns[index], dtype=object) for index, name in self._named.items()}
        return pd.DataFrame(named, index=range(len(rows)), dtype=object), unreadable

    def _without_name(self, index: int, number: int) -> str:
        letter = get_column_letter(index + 1)
        return (
            f"{self._location}: column {letter} has a value in row {number}, but no name in the header, "
            f"row {self._number}; name it, or empty it"
        )
