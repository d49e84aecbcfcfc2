"""Reading Parquet: values keep their types; the fields of a structure become columns."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from adapters.shared.error_values import error_notes
from adapters.tabular.arrow_values import holds_text, to_python_objects
from adapters.tabular.chunks import Chunks, check_unique_names
from adapters.tabular.file_content import Content, check_content
from delay_core.errors import SourceError
from delay_core.source_notes import attach_notes


def read_parquet(path: Path, chunk_rows: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows; the fields of a structure are named `outer.inner`. Raises SourceError."""
    check_content(path, Content.PARQUET)
    try:
        with pq.ParquetFile(path) as file:
            check_unique_names(path, _flatten(file.schema_arrow.empty_table()).column_names)
            for batch in file.iter_batches(batch_size=chunk_rows):
                table = _flatten(pa.Table.from_batches([batch]))
                columns = {name: to_python_objects(table[name]) for name in table.column_names}
                chunk = pd.DataFrame(columns, dtype=object, copy=False)
                texts = [name for name in table.column_names if holds_text(table[name].type)]
                attach_notes(chunk, error_notes(chunk, texts), {})
                yield chunk
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:  # the last two for nested values
        # pyarrow's message may quote a value, and is not repeated.
        raise SourceError(f"{path} is not a Parquet file, or is broken ({type(error).__name__})") from None


def _flatten(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table
