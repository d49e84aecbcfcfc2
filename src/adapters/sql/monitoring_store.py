"""Figures of monitoring in PostgreSQL or SQLite."""

from datetime import datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.database import Database
from adapters.sql.monitoring_tables import monitoring_metrics
from delay_core.ports import monitoring_store as port
from delay_core.ports.monitoring_store import MonitoringMetrics

_C = monitoring_metrics.c
_WINDOW = (_C.window_start, _C.window_end, _C.model_version)


class MonitoringStore(port.MonitoringStore):
    """The table `monitoring_metrics`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, metrics: MonitoringMetrics) -> None:
        insert = sqlite.insert if self._database.embedded else postgresql.insert
        given = insert(monitoring_metrics).values(_row(metrics))
        replaced = {c.name: given.excluded[c.name] for c in _C if not c.primary_key}
        newer = given.on_conflict_do_update(
            index_elements=list(monitoring_metrics.primary_key),
            set_=replaced,
            where=given.excluded.timestamp > _C.timestamp,
        )
        with self._database.writing("record monitoring figures") as connection:
            connection.execute(newer)

    def series(
        self, model_name: str, kind: str, since: datetime, until: datetime, model_version: int | None = None
    ) -> list[MonitoringMetrics]:
        wanted = (
            select(monitoring_metrics)
            .where(_C.model_name == model_name, _C.kind == kind, _C.window_start >= since, _C.window_start < until)
            .order_by(*_WINDOW)
        )
        if model_version is not None:
            wanted = wanted.where(_C.model_version == model_version)
        with self._database.reading("read monitoring figures") as connection:
            return [_metrics(row) for row in connection.execute(wanted).mappings()]

    def latest(self, model_name: str, kind: str) -> MonitoringMetrics | None:
        wanted = (
            select(monitoring_metrics)
            .where(_C.model_name == model_name, _C.kind == kind)
            .order_by(_C.window_start.desc(), _C.window_end.desc(), _C.timestamp.desc(), _C.model_version.desc())
            .limit(1)
        )
        with self._database.reading("read monitoring figures") as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else _metrics(row)


def _row(metrics: MonitoringMetrics) -> dict[str, object]:
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


def _metrics(row: RowMapping) -> MonitoringMetrics:
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
