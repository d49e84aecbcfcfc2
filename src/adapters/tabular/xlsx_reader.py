"""Reading XLSX: values keep their types; the first row that is not empty is the header."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from types import NoneType

from openpyxl import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from adapters.tabular.chunks import Chunks, split_chunks
from adapters.tabular.sheet_header import EMPTY, Row, SheetHeader
from adapters.tabular.workbook import open_workbook, translate_errors
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat

MAX_SHEET_ROWS = 1 << 20
"""The maximum of the format; a file may claim more and never end."""
NATIVE_TYPES = frozenset((NoneType, str, int, float, bool, datetime))


def read_xlsx(path: Path, form: SourceFormat, chunk_rows: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows of the sheet that the format names, else the first. Raises SourceError."""
    with open_workbook(path) as book:
        sheets = {sheet.title: sheet for sheet in list_sheets(book)}
        name = next(iter(sheets), None) if form.sheet is None else form.sheet
        if name is None or name not in sheets:
            raise SourceError(f"{path} has no sheet {name!r}; its sheets: {', '.join(sheets)}")
        yield from read_sheet(path, sheets[name], chunk_rows)


def list_sheets(book: Workbook) -> list[ReadOnlyWorksheet]:
    """The sheets with cells, in order."""
    return [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]


def read_sheet(path: Path, sheet: ReadOnlyWorksheet, chunk_rows: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows; empty rows are left out. Raises SourceError."""
    rows = _rows(path, sheet, chunk_rows)
    first = next(rows, None)
    if first is None:
        raise SourceError(f"{path}, sheet {sheet.title!r} is empty; expected a header and rows")
    header = SheetHeader(path, sheet.title, *first)
    while numbered_rows := list(islice(rows, chunk_rows)):
        table, unreadable = header.to_table(numbered_rows)
        yield from split_chunks(table, unreadable, chunk_rows)


def _rows(path: Path, sheet: ReadOnlyWorksheet, block_rows: int) -> Iterator[tuple[int, Row]]:
    """Rows that are not empty, with their numbers in the sheet."""
    sheet.reset_dimensions()  # the size that a file states may be wrong
    origin = sheet.parent.epoch.date()
    with translate_errors(path):
        cells = iter(sheet.values)
    number = 0
    while True:
        with translate_errors(path):
            block = list(islice(cells, block_rows))
        if not block:
            return
        for row in block:
            number += 1
            if any(value not in EMPTY for value in row):
                yield number, tuple([_to_native(value, origin) for value in row])
        if number > MAX_SHEET_ROWS:
            raise SourceError(f"{path}, sheet {sheet.title!r}: over {MAX_SHEET_ROWS:,} rows; save it as CSV or Parquet")


def _to_native(value: object, origin: date) -> object:
    """A date as its midnight; a time of day, as which openpyxl reads times of day 0, as that time of day 0."""
    if type(value) in NATIVE_TYPES:
        return value
    if isinstance(value, time):
        return datetime.combine(origin, value)
    return datetime.combine(value, time()) if isinstance(value, date) else value
