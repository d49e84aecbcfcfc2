"""Finding the sheet of a workbook that contains the table."""

from pathlib import Path

from adapters.tabular.chunks import CHUNK_ROWS, head
from adapters.tabular.workbook import open_workbook
from adapters.tabular.xlsx_reader import read_sheet, visible_sheets
from delay_core.errors import SourceError
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat
from delay_core.validation import UNREADABLE


def sample_workbook(path: Path, rows: int) -> Sample:
    """The first rows of the first visible sheet with a header of several names and rows. Raises SourceError."""
    errors: list[SourceError] = []
    with open_workbook(path) as book:
        sheets, notes = visible_sheets(path, book)
        for sheet in sheets:
            try:
                table, whole = head(path, read_sheet(path, sheet, min(rows + 1, CHUNK_ROWS), notes), rows)
            except SourceError as error:  # for example a cover sheet
                errors.append(error)
                continue
            if len(table.columns.drop(UNREADABLE, errors="ignore")) > 1:
                title = sheet.title
                others = ", ".join(repr(other.title) for other in sheets if other.title != title)
                evidence = (f"sheet {title!r}: the first with a header and rows; the others: {others}",)
                return Sample(table, SourceFormat(sheet=title if others else None), evidence if others else (), whole)
    if errors:
        raise errors[0]
    raise SourceError(f"{path}: no sheet has rows under a header of more than one column")
