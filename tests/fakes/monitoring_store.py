"""Monitoring figures in memory."""

from dataclasses import replace
from datetime import datetime

from delay_core.ports import monitoring_store as port
from delay_core.ports.monitoring_store import MonitoringMetrics
from fakes.prediction_log import stored_json

Key = tuple[str, str, datetime, datetime, int]


class MonitoringStore(port.MonitoringStore):
    """Records by model name, kind, window and model version."""

    def __init__(self) -> None:
        self._records: dict[Key, MonitoringMetrics] = {}

    def record(self, metrics: MonitoringMetrics) -> None:
        key = (metrics.model_name, metrics.kind, metrics.window_start, metrics.window_end, metrics.model_version)
        existing = self._records.get(key)
        if existing is None or metrics.computed_at > existing.computed_at:
            self._records[key] = replace(metrics, details=stored_json(dict(metrics.details)))

    def series(
        self, model_name: str, kind: str, since: datetime, until: datetime, model_version: int | None = None
    ) -> list[MonitoringMetrics]:
        return [
            record
            for key, record in sorted(self._records.items())
            if key[:2] == (model_name, kind)
            and since <= record.window_start < until
            and model_version in (None, record.model_version)
        ]

    def latest(self, model_name: str, kind: str) -> MonitoringMetrics | None:
        records = [record for key, record in self._records.items() if key[:2] == (model_name, kind)]
        return max(records, key=lambda r: (r.window_start, r.window_end, r.computed_at, r.model_version), default=None)
