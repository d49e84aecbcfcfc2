"""CSV: values stay the text that stands in the file; a ragged row is told, not dropped."""

from pathlib import Path

from adapters.tabular.chunks import Chunks, pieces_of, refuse_twice
from adapters.tabular.csv_fast import fast_rows
from adapters.tabular.csv_rows import careful_rows, first_row
from adapters.tabular.csv_text import Window
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat

BLOCK = 4 << 20
"""In characters: how much text is cut at once."""


def read_csv(path: Path, form: SourceFormat, chunk_rows: int, block: int = BLOCK) -> Chunks:
    """Chunks of at most `chunk_rows` rows; none where there are no rows. Raises SourceError."""
    if form.delimiter in (form.quote, "\r", "\n"):
        raise SourceError(f"{path}: {form.delimiter!r} cannot be the delimiter; set source.delimiter in the schema")
    window = Window(path, form.encoding)
    header = first_row(path, window, form)
    refuse_twice(path, header)
    window.widen(block)
    while window.text:
        rows = fast_rows(window, form, header) or careful_rows(path, window, form, header)
        yield from pieces_of(rows.table, rows.unreadable, chunk_rows)
        window.widen(block)
