"""CSV, Parquet and XLSX tables from any source of bytes."""

import hashlib
from collections.abc import Iterator

import pandas as pd

from adapters.tabular.chunks import CHUNK_ROWS
from adapters.tabular.formats import read_table
from delay_core.errors import NoDataYet, SourceError
from delay_core.ports import shipment_source as port
from delay_core.ports.byte_source import ByteSource
from delay_core.schema import ShipmentSchema


class ShipmentSource(port.ShipmentSource):
    """Memory is limited to one chunk. The suffix decides the format: Parquet, XLSX, or CSV for any other."""

    def __init__(self, files: ByteSource) -> None:
        self._files = files

    def digest(self, url: str) -> str:
        with self._files.local(url) as path:
            try:
                with path.open("rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise SourceError(f"{path}: {error.strerror}; is it readable?") from error

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:
        with self._files.local(url) as path:
            rows = 0
            for chunk in read_table(path, schema.source, CHUNK_ROWS):
                rows += len(chunk)
                yield chunk
            if rows == 0:
                raise NoDataYet(f"{path} has a header but no rows")
