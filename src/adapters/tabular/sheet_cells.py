"""The rows of a sheet: values as Python objects, formulas without a value."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from adapters.tabular.workbook import translate_errors
from delay_core.canonical_text import canonical_text
from delay_core.errors import SourceError

MAX_SHEET_ROWS = 1 << 20
"""The maximum of the format; a file may claim more and never end."""
EMPTY = (None, "")


class NoValue(Enum):
    """A cell without a usable value, which is not an empty cell."""

    UNCOMPUTED = "formula"


Row = tuple[object, ...]


class _CellParser(WorkSheetParser):
    """Tells formulas without a value from empty cells."""

    def parse_cell(self, element: Element) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        # An empty text that was computed has the type str.
        if cell["value"] is None and element.find(FORMULA_TAG) is not None and element.get("t") != "str":
            cell["value"] = NoValue.UNCOMPUTED
        return cell


def read_rows(path: Path, sheet: ReadOnlyWorksheet, block_rows: int) -> Iterator[tuple[int, Row]]:
    """Rows that are not empty, with their numbers in the sheet. Raises SourceError."""
    with translate_errors(path):
        source, parser = _open_parser(sheet)
    with source:
        numbered_rows = parser.parse()
        while True:
            with translate_errors(path):
                block = [(number, _to_row(sheet, cells)) for number, cells in islice(numbered_rows, block_rows)]
            if not block:
                return
            for number, row in block:
                if number > MAX_SHEET_ROWS:
                    raise SourceError(
                        f"{path}, sheet {sheet.title!r}: over {MAX_SHEET_ROWS:,} rows; save it as CSV or Parquet"
                    )
                if any(value not in EMPTY for value in row):
                    yield number, row


def _open_parser(sheet: Any) -> tuple[IO[bytes], _CellParser]:
    """As openpyxl opens its own parser, which it does not let one replace; its types lack these attributes."""
    source, book = sheet._get_source(), sheet.parent  # noqa: SLF001
    formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}  # noqa: SLF001
    return source, _CellParser(source, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats)  # noqa: SLF001


def _to_row(sheet: ReadOnlyWorksheet, cells: list[dict[str, Any]]) -> Row:
    row: list[object] = [None] * max((cell["column"] for cell in cells), default=0)
    for cell in cells:
        value = cell["value"]
        row[cell["column"] - 1] = _to_native(sheet, cell) if isinstance(value, date | time | timedelta) else value
    return tuple(row)


def _to_native(sheet: ReadOnlyWorksheet, cell: dict[str, Any]) -> object:
    """A date as its midnight; a time of day or a duration, which is no date, as text.

    openpyxl reads every number below 1 as a time of day; 0 in a format of dates is the date of day 0.
    """
    value = cell["value"]
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if value == time() and _shows_date(str(ReadOnlyCell(sheet, **cell).number_format)):
        return datetime.combine(sheet.parent.epoch.date(), value)
    return canonical_text(value)


def _shows_date(number_format: str) -> bool:
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format.lower())
    return "y" in plain or "d" in plain
