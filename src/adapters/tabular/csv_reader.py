"""Reading CSV: values stay text; a row with the wrong number of fields is reported, not dropped."""

from collections import Counter
from pathlib import Path

from adapters.shared.error_values import error_notes, may_have_errors
from adapters.tabular.chunks import Chunks, check_unique_names, split_chunks
from adapters.tabular.csv_arrow import read_rows_arrow
from adapters.tabular.csv_stdlib import read_header, read_rows_stdlib
from adapters.tabular.file_content import Content, check_content
from adapters.tabular.text_buffer import TextBuffer
from adapters.tabular.unnamed_columns import UnnamedColumns
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat

BLOCK_LETTERS = 4 << 20
"""The length of the text that is split at a time."""


def read_csv(path: Path, form: SourceFormat, chunk_rows: int, block: int = BLOCK_LETTERS) -> Chunks:
    """Chunks of at most `chunk_rows` rows; no chunk if there are no rows. Raises SourceError."""
    if form.delimiter in (form.quote, "\r", "\n"):
        raise SourceError(f"{path}: {form.delimiter!r} cannot be the delimiter; set source.delimiter in the schema")
    check_content(path, Content.TEXT)
    buffer = TextBuffer(path, form.encoding)
    header = read_header(path, buffer, form)
    unnamed = UnnamedColumns(path, header)
    check_unique_names(path, unnamed.named)
    buffer.fill(block)
    while buffer.text:
        errors = may_have_errors(buffer.text)
        rows = read_rows_arrow(buffer, form, unnamed.names) or read_rows_stdlib(path, buffer, form, unnamed.names)
        notes = unnamed.remove(rows) if len(rows.table) else Counter()
        if errors:
            notes += error_notes(rows.table, rows.table.columns)
        yield from split_chunks(rows.table, rows.unreadable, chunk_rows, notes)
        buffer.fill(block)
