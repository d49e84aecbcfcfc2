"""The header of a sheet, and rows as columns of its names."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from openpyxl.utils import get_column_letter

from adapters.shared.error_values import error_notes
from adapters.tabular.chunks import check_unique_names
from adapters.tabular.sheet_cells import EMPTY, NoValue, Row
from delay_core.errors import SourceError
from delay_core.source_notes import NoteCode, Notes, SourceNote, attach_notes


class SheetHeader:
    """The names of a sheet's columns. Raises SourceError if there is no name, or one occurs twice."""

    def __init__(self, path: Path, sheet: str, number: int, cells: Row) -> None:
        names = ["" if cell is None else str(cell).strip() for cell in cells]
        self._location = f"{path}, sheet {sheet!r}"
        self._number = number
        self._named = {index: name for index, name in enumerate(names) if name}
        self._width = max(self._named, default=-1) + 1
        self._nameless = [index for index in range(1, self._width) if index not in self._named]
        if not self._named:
            raise SourceError(f"{self._location}: no names in the header, row {number}")
        check_unique_names(path, list(self._named.values()))

    @property
    def notes(self) -> Notes:
        """The columns without a name between the others, which must be empty."""
        return Counter({SourceNote(NoteCode.UNNAMED_COLUMN): len(self._nameless)} if self._nameless else {})

    def to_table(self, numbered_rows: Sequence[tuple[int, Row]]) -> tuple[pd.DataFrame, dict[int, str]]:
        """The named columns of these rows, and by position the reasons of rows with values after the last name.

        The first column may lack a name, as that of the row numbers which pandas writes; it is ignored with a note.
        Raises SourceError if another column between the named ones has values and no name.
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
        notes: Notes = Counter()
        uncomputed: dict[str, list[int]] = {}
        if 0 not in self._named and (values := sum(value not in EMPTY for value in columns[0])):
            notes[SourceNote(NoteCode.UNNAMED_INDEX)] = values
        for index, name in self._named.items():
            if formulas := [row for row, value in enumerate(columns[index]) if value is NoValue.UNCOMPUTED]:
                notes[SourceNote(NoteCode.UNCOMPUTED_FORMULA, name)] = len(formulas)
                uncomputed[name] = formulas
                columns[index] = tuple(None if value is NoValue.UNCOMPUTED else value for value in columns[index])
        named = {name: pd.Series(columns[index], dtype=object) for index, name in self._named.items()}
        table = pd.DataFrame(named, index=range(len(rows)), dtype=object)
        attach_notes(table, notes + error_notes(table, table.columns), uncomputed)
        return table, unreadable

    def _without_name(self, index: int, number: int) -> str:
        letter = get_column_letter(index + 1)
        return (
            f"{self._location}: column {letter} has a value in row {number}, but no name in the header, "
            f"row {self._number}; name it, or empty it"
        )
