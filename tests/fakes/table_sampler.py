"""Tables in memory, by URL."""

import pandas as pd

from delay_core.errors import SourceError
from delay_core.ports import table_sampler
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat


class TableSampler(table_sampler.TableSampler):
    def __init__(
        self,
        tables: dict[str, pd.DataFrame] | None = None,
        form: SourceFormat | None = None,
        evidence: tuple[str, ...] = (),
    ) -> None:
        self.tables = tables or {}
        self._form = form or SourceFormat()
        self._evidence = evidence

    def sample(self, url: str, rows: int) -> Sample:
        if url not in self.tables:
            raise SourceError(f"{url}: no such table")
        table = self.tables[url].astype(object)
        return Sample(table.head(rows).reset_index(drop=True), self._form, self._evidence, whole=len(table) <= rows)
