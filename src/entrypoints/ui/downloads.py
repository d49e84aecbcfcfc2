"""Tables as files for spreadsheet programs: text is never a formula, and numbers are numbers."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.workbook.child import _WorkbookChild

Cell = str | int | float | bool | None
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""The first character of what a spreadsheet program may run; the last four are their full-width forms."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""
_MAX_CELL_LENGTH = 32_767
_MAX_TITLE_LENGTH = 31


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
    from openpyxl import Workbook  # noqa: PLC0415 - most visits download nothing

    book = Workbook(write_only=True)
    for title, table in sheets.items():
        sheet = book.create_sheet(title[:_MAX_TITLE_LENGTH])
        for row in (table.columns, *table.rows):
            sheet.append([_text_cell(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _text_cell(sheet: "_WorkbookChild", text: str) -> "SheetCell | str":
    """The text as a spreadsheet cell of the type text, marked so that editing it does not make it a formula."""
    from openpyxl.cell.cell import WriteOnlyCell  # noqa: PLC0415 - as above

    writable = _CONTROLS.sub("\ufffd", text)[:_MAX_CELL_LENGTH]
    if not _FORMULA.match(writable):
        return writable
    cell = WriteOnlyCell(sheet, value=writable)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
