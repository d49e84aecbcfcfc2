"""Finding the sheet of a workbook that contains the table."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from adapters.tabular.chunks import CHUNK_ROWS, head
from adapters.tabular.sheet_cells import read_rows
from adapters.tabular.title_lines import find_header
from adapters.tabular.workbook import open_workbook
from adapters.tabular.xlsx_reader import read_sheet, visible_sheets
from delay_core.errors import SourceError
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat
from delay_core.validation import UNREADABLE

HEADER_ROWS = 200
"""The rows in which a header below titles is sought."""


def sample_workbook(path: Path, rows: int) -> Sample:
    """The first rows of the first visible sheet with a header of several names and rows. Raises SourceError."""
    errors: list[SourceError] = []
    with open_workbook(path) as book:
        sheets, notes = visible_sheets(path, book)
        for sheet in sheets:
            try:
                first_rows = list(islice(read_rows(path, sheet, HEADER_ROWS), HEADER_ROWS))
                form = SourceFormat(header_row=find_header(first_rows))
                table, whole = head(path, read_sheet(path, sheet, form, min(rows + 1, CHUNK_ROWS), notes), rows)
            except SourceError as error:  # for example a cover sheet
                errors.append(error)
                continue
            if len(table.columns.drop(UNREADABLE, errors="ignore")) > 1:
                return Sample(table, *_describe_form(form, sheet.title, [other.title for other in sheets]), whole)
    if errors:
        raise errors[0]
    raise SourceError(f"{path}: no sheet has rows under a header of more than one column")


def _describe_form(form: SourceFormat, title: str, titles: Sequence[str]) -> tuple[SourceFormat, tuple[str, ...]]:
    """The format with the sheet's title, if there are others, and the evidence."""
    evidence: list[str] = []
    others = ", ".join(repr(other) for other in titles if other != title)
    if others:
        form = form.model_copy(update={"sheet": title})
        evidence.append(f"sheet {title!r}: the first with a header and rows; the others: {others}")
    if form.header_row is not None:
        evidence.append(f"header in row {form.header_row}: the rows above have few values, as titles do")
    return form, tuple(evidence)
