"""Reading XLSX: values keep their types; the first row that is not empty is the header, unless the schema names it."""

from collections import Counter
from functools import partial
from itertools import dropwhile, islice
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from adapters.tabular.chunks import Chunks, split_chunks
from adapters.tabular.sheet_cells import Row, read_rows
from adapters.tabular.sheet_header import SheetHeader
from adapters.tabular.workbook import open_workbook
from delay_core.errors import NoDataYet, SourceError
from delay_core.schema import SourceFormat
from delay_core.source_notes import NoteCode, Notes, SourceNote


def read_xlsx(path: Path, form: SourceFormat, chunk_rows: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows of the sheet that the format names, else the first visible one.

    Raises SourceError.
    """
    with open_workbook(path) as book:
        if form.sheet is None:
            visible, notes = visible_sheets(path, book)
            yield from read_sheet(path, visible[0], form, chunk_rows, notes)
            return
        sheets = {sheet.title: sheet for sheet in list_sheets(book)}
        if form.sheet not in sheets:
            raise SourceError(f"{path} has no sheet {form.sheet!r}; its sheets: {', '.join(sheets)}")
        yield from read_sheet(path, sheets[form.sheet], form, chunk_rows)


def list_sheets(book: Workbook) -> list[ReadOnlyWorksheet]:
    """The sheets with cells, in order."""
    return [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]


def visible_sheets(path: Path, book: Workbook) -> tuple[list[ReadOnlyWorksheet], Notes]:
    """The visible sheets with cells, at least one, and a note for each hidden sheet. Raises SourceError."""
    sheets = list_sheets(book)
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in sheets if sheet.sheet_state != "visible"]
    if not visible:
        names = f"hidden are {', '.join(map(repr, hidden))}" if hidden else "it has none"
        raise SourceError(f"{path} has no visible sheet with cells; {names}; unhide one, or name it in source.sheet")
    return visible, Counter({SourceNote(NoteCode.HIDDEN_SHEET, title): 1 for title in hidden})


def read_sheet(
    path: Path, sheet: ReadOnlyWorksheet, form: SourceFormat, chunk_rows: int, notes: Notes | None = None
) -> Chunks:
    """Chunks of at most `chunk_rows` rows, without empty rows; the first one has the notes. Raises SourceError."""
    rows = read_rows(path, sheet, chunk_rows)
    if form.header_row is not None:
        rows = dropwhile(partial(_is_before, form.header_row), rows)
    first = next(rows, None)
    if form.header_row is not None and (first is None or first[0] != form.header_row):
        raise SourceError(
            f"{path}, sheet {sheet.title!r}: source.header_row is {form.header_row}, and that row is empty; set it to "
            "the row of the header, counted from 1"
        )
    if first is None:
        raise NoDataYet(f"{path}, sheet {sheet.title!r} is empty; expected a header and rows")
    header = SheetHeader(path, sheet.title, *first)
    notes = (notes or Counter()) + header.notes
    while numbered_rows := list(islice(rows, chunk_rows)):
        table, unreadable = header.to_table(numbered_rows)
        yield from split_chunks(table, unreadable, chunk_rows, notes)
        notes = None


def _is_before(header_row: int, numbered_row: tuple[int, Row]) -> bool:
    return numbered_row[0] < header_row
