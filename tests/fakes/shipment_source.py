"""Tables in memory, by URL."""

from collections.abc import Iterator

import pandas as pd

from delay_core import digest
from delay_core.errors import NoDataYet
from delay_core.ports import shipment_source
from delay_core.schema import ShipmentSchema


class ShipmentSource(shipment_source.ShipmentSource):
    """Tables in a dictionary."""

    def __init__(self, tables: dict[str, pd.DataFrame] | None = None, chunk_rows: int = 50_000) -> None:
        self.tables = tables or {}
        self._chunk_rows = chunk_rows

    def digest(self, url: str) -> str:
        return digest.json_digest(self._table(url).astype(str).to_dict("list"))

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:
        table = self._table(url)
        for start in range(0, len(table), self._chunk_rows):
            yield table.iloc[start : start + self._chunk_rows].reset_index(drop=True)

    def _table(self, url: str) -> pd.DataFrame:
        if url not in self.tables:
            raise NoDataYet(f"{url}: no such table")
        return self.tables[url].astype(object)
