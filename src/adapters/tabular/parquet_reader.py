"""Parquet: values stay typed; a structure's fields become columns of their own."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from adapters.tabular.arrow_values import objects
from adapters.tabular.chunks import Chunks, refuse_twice
from delay_core.errors import SourceError


def read_parquet(path: Path, chunk_rows: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows, columns named `outer.inner` where they stand in a structure.

    Raises SourceError.
    """
    try:
        with pq.ParquetFile(path) as file:
            refuse_twice(path, _flat(file.schema_arrow.empty_table()).column_names)
            for batch in file.iter_batches(batch_size=chunk_rows):
                table = _flat(pa.Table.from_batches([batch]))
                columns = {name: objects(table[name]) for name in table.column_names}
                yield pd.DataFrame(columns, dtype=object, copy=False)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:  # the last two of values deep in a list
        # pyarrow's own words may quote a value: they go no further
        raise SourceError(f"{path} is not a Parquet file, or is broken ({type(error).__name__})") from None


def _flat(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table
