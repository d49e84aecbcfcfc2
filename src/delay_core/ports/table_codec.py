"""Tables to bytes and back, for the store."""

from collections.abc import Sequence
from typing import Protocol

import pandas as pd


class TableCodec(Protocol):
    """Deterministic: equal tables give equal bytes. Raises StoreError on bytes that are no table."""

    suffix: str

    def encode(self, table: pd.DataFrame) -> bytes:
        """The table's bytes; the index is not kept."""
        ...

    def decode(self, content: bytes, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The table, or the named columns of it."""
        ...
