"""A table of shipments, wherever it lies."""

from collections.abc import Iterator
from typing import Protocol

import pandas as pd

from delay_core.schema import SourceFormat


class ShipmentSource(Protocol):
    """Reads a table in chunks of bounded size. Raises SourceError naming the table and what would be right."""

    def digest(self, url: str) -> str:
        """The sha256 of the table's bytes."""
        ...

    def chunks(self, url: str, form: SourceFormat) -> Iterator[pd.DataFrame]:
        """Raw rows in order, as text (CSV) or typed (Parquet), named as in the file; at least one chunk."""
        ...
