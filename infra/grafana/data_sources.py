"""The data sources of panels, as provisioning/datasources/delay.yml declares them."""

from dataclasses import dataclass

_POSTGRESQL = "grafana-postgresql-datasource"


@dataclass(frozen=True)
class DataSource:
    """Type and uid of a data source."""

    type: str
    uid: str

    def to_json(self) -> dict[str, object]:
        """A reference to it, in panels and queries."""
        return {"type": self.type, "uid": self.uid}


MONITORING = DataSource(_POSTGRESQL, "delay-monitoring")
SERVING = DataSource(_POSTGRESQL, "delay-serving")
PROMETHEUS = DataSource("prometheus", "delay-prometheus")
