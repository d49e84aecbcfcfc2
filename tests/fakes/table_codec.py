"""Tables as JSON."""

import io
from collections.abc import Sequence
from functools import lru_cache

import pandas as pd

from delay_core.errors import StoreError
from delay_core.ports import table_codec


class TableCodec(table_codec.TableCodec):
    """Tables as JSON, with their types."""

    suffix = "json"

    def encode(self, table: pd.DataFrame) -> bytes:
        return table.reset_index(drop=True).to_json(orient="table", index=False, double_precision=15).encode()

    def decode(self, content: bytes, columns: Sequence[str] | None = None) -> pd.DataFrame:
        table = _parse(content)
        return table.copy() if columns is None else table[list(columns)].copy()


@lru_cache(maxsize=32)  # pandas reads JSON slowly, and use cases read the same table many times
def _parse(content: bytes) -> pd.DataFrame:
    try:
        return pd.read_json(io.StringIO(content.decode()), orient="table", precise_float=True)
    except (ValueError, UnicodeDecodeError) as error:
        raise StoreError(f"not a table: {error}") from error
