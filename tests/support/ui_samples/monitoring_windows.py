"""GET /monitoring: days of the model that serves."""

from datetime import timedelta
from typing import Any

from entrypoints.api.schemas import Monitoring, MonitoringWindow
from support.ui_samples.shared_values import NOW


def monitoring(*windows: MonitoringWindow) -> Monitoring:
    return Monitoring(model_name="parcels_delay", windows=list(windows))


def monitoring_window(number: int, **values: Any) -> MonitoringWindow:
    """A day of monitoring; the newest one is number 1."""

    def figures(late_rate: float) -> dict[str, Any]:
        estimates = {"late_rate": late_rate, "roc_auc": 0.8}
        return {
            "rows": 200,
            "late": 50,
            "figures": {name: {"value": it, "low": it - 0.05, "high": it + 0.05} for name, it in estimates.items()},
        }

    columns = [{"column": "wait", "status": "drifted"}, {"column": "load", "status": "stable"}]
    return MonitoringWindow.model_validate(
        {
            "model_version": 3,
            "window_start": NOW - timedelta(days=number),
            "window_end": NOW - timedelta(days=number - 1),
            "as_of": NOW,
            "rows": 210,
            "sampled_rows": 210,
            "severity": "watch",
            "reasons": [{"code": "columns_drifted", "params": {}, "text": "columns differ from the training: wait"}],
            "evidence": 0.8,
            "known_outcomes": 200,
            "change_point": None,
            "changed": False,
            "drift": {"columns": columns, "dataset_share": 0.5},
            "performance": {
                "realized": figures(0.25) if number > 2 else None,
                "estimated": figures(0.24),
                "not_estimated": None,
            },
            **values,
        }
    )
