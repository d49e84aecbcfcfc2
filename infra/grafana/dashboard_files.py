"""The dashboards as files of JSON, the same bytes each time."""

import json
from collections.abc import Mapping
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from infra.grafana import business, data_drift, model_health, service

DASHBOARD_FOLDER = Path(__file__).parent / "provisioning/dashboards/delay"
"""Grafana reads it as /etc/grafana/provisioning/dashboards/delay."""


def render_dashboards() -> Mapping[str, str]:
    """File name → text, of every dashboard."""
    dashboards = (module.create_dashboard() for module in (model_health, data_drift, service, business))
    return {
        f"{dashboard.uid}.json": json.dumps(dashboard, cls=JSONEncoder, indent=2, sort_keys=True) + "\n"
        for dashboard in dashboards
    }
