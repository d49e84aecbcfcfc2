"""Columns of a CSV file without a name in the header: empty ones of spreadsheet programs, row numbers of pandas."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from adapters.tabular.csv_stdlib import Rows
from delay_core.errors import SourceError
from delay_core.source_notes import NoteCode, Notes, SourceNote


class UnnamedColumns:
    """Takes such columns out of the rows: the first column with a note, others if they are empty."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._path = path
        self._unnamed = {index: f"\0{index}" for index, name in enumerate(header) if not name.strip()}
        self.names = [self._unnamed.get(index, name) for index, name in enumerate(header)]
        """The header, with a name of its own for each of these columns."""
        self._rows = 0

    @property
    def named(self) -> list[str]:
        """The names in the header."""
        return [name for index, name in enumerate(self.names) if index not in self._unnamed]

    def remove(self, rows: Rows) -> Notes:
        """Remove the columns; a row with a value in one of them, the first excepted, becomes unreadable.

        Raises SourceError if most of these columns have values in the first row: the header is another line.
        """
        notes: Notes = Counter()
        if not self._unnamed:
            return notes
        filled = {index: (rows.table.pop(name).fillna("") != "").to_numpy() for index, name in self._unnamed.items()}
        if 0 in filled and (count := int(filled.pop(0).sum())):
            notes[SourceNote(NoteCode.UNNAMED_INDEX)] = count
        if self._rows == 0 and filled:
            self._check_first_row([bool(values[0]) for values in filled.values()])
            notes[SourceNote(NoteCode.UNNAMED_COLUMN)] = len(filled)
        for index, values in filled.items():
            for row in np.flatnonzero(values).tolist():
                number = self._rows + row + 1
                reason = f"row {number}: a value in column {index + 1}, which has no name in the header"
                rows.unreadable.setdefault(row, reason)
                rows.table.iloc[row] = None
        self._rows += len(rows.table)
        return notes

    def _check_first_row(self, filled: Sequence[bool]) -> None:
        if 2 * sum(filled) > len(filled):
            raise SourceError(
                f"{self._path}: the first line has no name for {len(filled)} columns that have values; if it is a "
                "title, set source.header_row to the line of the header, else name the columns"
            )
