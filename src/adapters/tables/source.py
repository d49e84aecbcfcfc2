"""CSV and Parquet tables, from wherever their bytes lie."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from adapters.tables.csv_reader import read_csv
from delay_core.errors import SourceError
from delay_core.ports import shipment_source
from delay_core.ports.byte_source import ByteSource
from delay_core.schema import ShipmentSchema

CHUNK_ROWS = 50_000


class ShipmentSource(shipment_source.ShipmentSource):
    """Memory is bounded by one chunk. The suffix tells the format: `.parquet`, anything else is CSV."""

    def __init__(self, files: ByteSource) -> None:
        self._files = files

    def digest(self, url: str) -> str:
        with self._files.local(url) as path:
            try:
                with path.open("rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise SourceError(f"{path}: {error.strerror}; may you read it?") from error

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:
        with self._files.local(url) as path:
            parquet = path.suffix == ".parquet"
            seen = 0
            for chunk in _parquet(path) if parquet else read_csv(path, schema.source, CHUNK_ROWS):
                seen += len(chunk)
                yield chunk
            if seen == 0:
                raise SourceError(f"{path} has a header but no rows")


def _parquet(path: Path) -> Iterator[pd.DataFrame]:
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=CHUNK_ROWS):
                yield batch.to_pandas().astype(object)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{path} is not a Parquet file: {error}") from error
