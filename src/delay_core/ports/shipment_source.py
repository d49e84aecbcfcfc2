"""A table of shipments, wherever it lies."""

from collections.abc import Iterator
from typing import Protocol

import pandas as pd

from delay_core.schema import ShipmentSchema


class ShipmentSource(Protocol):
    """Reads a table in chunks of bounded size. Raises SourceError naming the table and what would be right."""

    def digest(self, url: str) -> str:
        """The digest of the table's content: the same content, the same 64 hexadecimal digits."""
        ...

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:
        """Raw rows in order, as text (CSV) or typed (Parquet, XLSX), columns named as in the file; at least one chunk.

        A structure of Parquet comes as columns named `outer.inner`.

        A row that cannot be cut into the header's columns comes with the reason in a further column,
        `delay_core.validation.UNREADABLE`, and None in all others; the column is absent where every row is readable.
        """
        ...
