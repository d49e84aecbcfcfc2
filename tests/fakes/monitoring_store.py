"""Figures of monitoring in memory."""

from dataclasses import replace

from delay_core.ports import monitoring_store as port
from fakes.prediction_log import fit


class MonitoringStore(port.MonitoringStore):
    """A dictionary by what a record is about."""

    def __init__(self):
        self._kept = {}

    def record(self, metrics):
        key = (metrics.model_name, metrics.kind, metrics.window_start, metrics.window_end, metrics.model_version)
        kept = self._kept.get(key)
        if kept is None or metrics.computed_at > kept.computed_at:
            self._kept[key] = replace(metrics, details=fit(dict(metrics.details)))

    def series(self, model_name, kind, since, until, model_version=None):
        return [
            kept
            for (name, its_kind, start, _, version), kept in sorted(self._kept.items())
            if (name, its_kind) == (model_name, kind) and since <= start < until and model_version in (None, version)
        ]

    def latest(self, model_name, kind):
        found = [kept for kept in self._kept.values() if (kept.model_name, kept.kind) == (model_name, kind)]
        return max(found, key=lambda m: (m.window_start, m.window_end, m.computed_at, m.model_version), default=None)
