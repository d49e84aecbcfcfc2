"""Which sheet of a workbook holds the table."""

from pathlib import Path

from adapters.tabular.chunks import CHUNK_ROWS, beginning
from adapters.tabular.workbook import opened
from adapters.tabular.xlsx_reader import read_sheet, sheets
from delay_core.errors import SourceError
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat
from delay_core.validation import UNREADABLE


def sample_workbook(path: Path, rows: int) -> Sample:
    """The beginning of the first sheet with rows under a header of several names. Raises SourceError."""
    refused: list[SourceError] = []
    with opened(path) as book:
        found = sheets(book)
        for sheet in found:
            try:
                table, whole = beginning(path, read_sheet(path, sheet, min(rows + 1, CHUNK_ROWS)), rows)
            except SourceError as error:  # a cover sheet is often no table
                refused.append(error)
                continue
            if len(table.columns.drop(UNREADABLE, errors="ignore")) > 1:
                title = sheet.title
                others = ", ".join(repr(other.title) for other in found if other.title != title)
                evidence = (f"sheet {title!r}: the first with a header and rows; the others: {others}",)
                return Sample(table, SourceFormat(sheet=title if others else None), evidence if others else (), whole)
    if refused:
        raise refused[0]
    raise SourceError(f"{path}: no sheet has rows under a header of more than one column")
