"""A query of Grafana's PostgreSQL data source, for which the SDK has no builder."""

from dataclasses import dataclass
from typing import Literal

from infra.grafana.data_sources import DataSource

Format = Literal["time_series", "table"]


@dataclass(frozen=True)
class SqlQuery:
    """The SDK calls `build` on a builder and `to_json` on what is built; this is both."""

    data_source: DataSource
    sql: str
    format: Format

    def build(self) -> "SqlQuery":
        """The query itself."""
        return self

    def to_json(self) -> dict[str, object]:
        """The target of a panel."""
        return {
            "datasource": self.data_source.to_json(),
            "editorMode": "code",
            "format": self.format,
            "rawQuery": True,
            "rawSql": self.sql,
            "refId": "A",
        }
