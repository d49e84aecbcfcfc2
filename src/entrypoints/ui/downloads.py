"""Tables as files for spreadsheet programs: text is never a formula, and numbers are numbers."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from entrypoints.ui.workbook import Cell, write_workbook

_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""The first character of what a spreadsheet program may run; the last four are their full-width forms."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class DownloadTable:
    """A header, and rows of as many cells."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def defuse(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet program would read a formula; numbers stay."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def to_csv(table: DownloadTable) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs recognize it."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow([defuse(name) for name in table.columns])
    writer.writerows([defuse(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows)
    return output.getvalue().encode("utf-8-sig", errors="replace")


def to_xlsx(sheets: Mapping[str, DownloadTable]) -> bytes:
    """A workbook with a sheet for each table; every text is a text cell, whatever it begins with."""
    return write_workbook({title: [table.columns, *table.rows] for title, table in sheets.items()}, _FORMULA)
