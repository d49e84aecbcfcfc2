"""Tables as Parquet, by pyarrow."""

from collections.abc import Sequence
from io import BytesIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from delay_core.errors import StoreError
from delay_core.ports import table_codec as port


class TableCodec(port.TableCodec):
    """Parquet, compressed by zstd; equal tables have equal bytes with the same version of pyarrow."""

    suffix = "parquet"

    def encode(self, table: pd.DataFrame) -> bytes:
        buffer = BytesIO()
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, compression="zstd")
        return buffer.getvalue()

    def decode(self, content: bytes, columns: Sequence[str] | None = None) -> pd.DataFrame:
        try:
            names = None if columns is None else list(columns)
            frame: pd.DataFrame = pq.read_table(BytesIO(content), columns=names).to_pandas()
        except (pa.ArrowException, OSError) as error:
            raise StoreError(f"not a Parquet table: {error}") from error
        return frame
