"""A table of shipments, read by URL."""

from collections.abc import Iterator
from typing import Protocol

import pandas as pd

from delay_core.schema import ShipmentSchema


class ShipmentSource(Protocol):
    """Reads a table in chunks of bounded size. Raises SourceError that names the table and the remedy.

    It is NoDataYet if the file or object does not exist or has no rows, and SourceUnavailable if a server does not
    respond.
    """

    def digest(self, url: str) -> str:
        """The digest of the table's content, 64 hexadecimal digits: equal content has an equal digest."""
        ...

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:
        """Raw rows in order, as text (CSV) or typed (Parquet, XLSX), columns named as in the file; at least one chunk.

        A structure of Parquet becomes columns named `outer.inner`.

        A row that cannot be split into the header's columns has the reason in the further column
        `delay_core.validation.UNREADABLE` and None in all others. That column is absent if every row is readable.
        """
        ...
