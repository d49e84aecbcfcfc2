"""Tables to bytes and back, for the artifact store."""

from collections.abc import Sequence
from typing import Protocol

import pandas as pd


class TableCodec(Protocol):
    """Deterministic: equal tables have equal bytes. Raises StoreError for bytes that are no table."""

    suffix: str
    """The file suffix of the format, without a dot."""

    def encode(self, table: pd.DataFrame) -> bytes:
        """The table's bytes, without its index."""
        ...

    def decode(self, content: bytes, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The table, or only the named columns of it."""
        ...
