"""Monitoring figures in PostgreSQL or SQLite."""

from datetime import datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.database import Database
from adapters.sql.monitoring_tables import monitoring_metrics
from delay_core.ports import monitoring_store as port
from delay_core.ports.monitoring_store import MonitoringMetrics

_columns = monitoring_metrics.c
_WINDOW_ORDER = (_columns.window_start, _columns.window_end, _columns.model_version)


class MonitoringStore(port.MonitoringStore):
    """The table `monitoring_metrics`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, metrics: MonitoringMetrics) -> None:
        insert = sqlite.insert if self._database.embedded else postgresql.insert
        statement = insert(monitoring_metrics).values(_to_row(metrics))
        updates = {c.name: statement.excluded[c.name] for c in _columns if not c.primary_key}
        statement = statement.on_conflict_do_update(
            index_elements=list(monitoring_metrics.primary_key),
            set_=updates,
            where=statement.excluded.timestamp > _columns.timestamp,
        )
        with self._database.begin("record monitoring figures") as connection:
            connection.execute(statement)

    def series(
        self, model_name: str, kind: str, since: datetime, until: datetime, model_version: int | None = None
    ) -> list[MonitoringMetrics]:
        query = (
            select(monitoring_metrics)
            .where(
                _columns.model_name == model_name,
                _columns.kind == kind,
                _columns.window_start >= since,
                _columns.window_start < until,
            )
            .order_by(*_WINDOW_ORDER)
        )
        if model_version is not None:
            query = query.where(_columns.model_version == model_version)
        with self._database.connect("read monitoring figures") as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def latest(self, model_name: str, kind: str) -> MonitoringMetrics | None:
        query = (
            select(monitoring_metrics)
            .where(_columns.model_name == model_name, _columns.kind == kind)
            .order_by(
                _columns.window_start.desc(),
                _columns.window_end.desc(),
                _columns.timestamp.desc(),
                _columns.model_version.desc(),
            )
            .limit(1)
        )
        with self._database.connect("read monitoring figures") as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _from_row(row)


def _to_row(metrics: MonitoringMetrics) -> dict[str, object]:
    return {
        "model_name": metrics.model_name,
        "kind": metrics.kind,
        "window_start": metrics.window_start,
        "window_end": metrics.window_end,
        "model_version": metrics.model_version,
        "timestamp": metrics.computed_at,
        "date": metrics.window_start.date(),
        "rows": metrics.rows,
        "column_drift_score": metrics.column_drift_score,
        "dataset_drift_score": metrics.dataset_drift_score,
        "missing_values_share": metrics.missing_values_share,
        "prediction_drift_score": metrics.prediction_drift_score,
        "metric_details": metrics.details,
    }


def _from_row(row: RowMapping) -> MonitoringMetrics:
    return MonitoringMetrics(
        model_name=row["model_name"],
        model_version=row["model_version"],
        kind=row["kind"],
        window_start=row["window_start"],
        window_end=row["window_end"],
        computed_at=row["timestamp"],
        rows=row["rows"],
        column_drift_score=row["column_drift_score"],
        dataset_drift_score=row["dataset_drift_score"],
        missing_values_share=row["missing_values_share"],
        prediction_drift_score=row["prediction_drift_score"],
        details=row["metric_details"],
    )
