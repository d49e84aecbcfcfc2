"""Grafana: dashboards as code, and what Grafana reads when it starts (data sources, dashboards, alert rules)."""
