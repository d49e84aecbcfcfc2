"""XLSX: values stay typed; the first row that is not empty holds the names."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from types import NoneType

from openpyxl import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from adapters.tabular.chunks import Chunks, pieces_of
from adapters.tabular.sheet_header import EMPTY, Row, SheetHeader
from adapters.tabular.workbook import explained, opened
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat

MOST_ROWS = 1 << 20
"""What a sheet can hold; one that claims more might never end."""
PLAIN = frozenset((NoneType, str, int, float, bool, datetime))


def read_xlsx(path: Path, form: SourceFormat, chunk_rows: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows of the sheet that the form names, or the first. Raises SourceError."""
    with opened(path) as book:
        found = {sheet.title: sheet for sheet in sheets(book)}
        name = next(iter(found), None) if form.sheet is None else form.sheet
        if name is None or name not in found:
            raise SourceError(f"{path} has no sheet {name!r}; its sheets: {', '.join(found)}")
        yield from read_sheet(path, found[name], chunk_rows)


def sheets(book: Workbook) -> list[ReadOnlyWorksheet]:
    """The sheets that hold cells, in order."""
    return [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]


def read_sheet(path: Path, sheet: ReadOnlyWorksheet, chunk_rows: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows, without the empty ones. Raises SourceError."""
    rows = _rows(path, sheet, chunk_rows)
    first = next(rows, None)
    if first is None:
        raise SourceError(f"{path}, sheet {sheet.title!r} is empty; expected a header and rows")
    header = SheetHeader(path, sheet.title, *first)
    while numbered := list(islice(rows, chunk_rows)):
        table, unreadable = header.table(numbered)
        yield from pieces_of(table, unreadable, chunk_rows)


def _rows(path: Path, sheet: ReadOnlyWorksheet, at_once: int) -> Iterator[tuple[int, Row]]:
    """Rows that are not empty, with their numbers in the sheet."""
    sheet.reset_dimensions()  # what a file says about its own size may be wrong
    origin = sheet.parent.epoch.date()
    with explained(path):
        cells = iter(sheet.values)
    number = 0
    while True:
        with explained(path):
            block = list(islice(cells, at_once))
        if not block:
            return
        for row in block:
            number += 1
            if any(value not in EMPTY for value in row):
                yield number, tuple([value if type(value) in PLAIN else _as_datetime(value, origin) for value in row])
        if number > MOST_ROWS:
            raise SourceError(f"{path}, sheet {sheet.title!r}: over {MOST_ROWS:,} rows; save it as CSV or Parquet")


def _as_datetime(value: object, origin: date) -> object:
    """A date as its midnight; a time of day, which is how day 0 is read, as that time on the day 0."""
    if isinstance(value, time):
        return datetime.combine(origin, value)
    return datetime.combine(value, time()) if isinstance(value, date) else value
