"""Panels and dashboards in the style that all dashboards share."""

from collections.abc import Mapping, Sequence
from inspect import cleandoc
from string import ascii_uppercase
from typing import TypeAlias

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models.common import VisibilityMode
from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.grafana.data_sources import PROMETHEUS, DataSource
from infra.grafana.sql_query import SqlQuery

Panel: TypeAlias = timeseries.Panel | table.Panel | stat.Panel

GRID_WIDTH = 24
HALF = GRID_WIDTH // 2
HEIGHT = 8


def sql_time_series(title: str, source: DataSource, sql: str, unit: str = "short", description: str = "") -> Panel:
    """Lines of a query that returns `time` first, then numbers; texts become the names of the lines."""
    panel = timeseries.Panel().with_target(SqlQuery(source, cleandoc(sql), "time_series"))
    panel = panel.show_points(VisibilityMode.ALWAYS).unit(unit).span(HALF).height(HEIGHT)
    return _described(panel.datasource(source), title, description)


def sql_table(title: str, source: DataSource, sql: str, description: str = "") -> Panel:
    """The rows of a query, over the whole width."""
    panel = table.Panel().with_target(SqlQuery(source, cleandoc(sql), "table"))
    return _described(panel.span(GRID_WIDTH).height(HEIGHT).datasource(source), title, description)


def sql_number(title: str, source: DataSource, sql: str, description: str = "") -> Panel:
    """The one number of a query."""
    panel = stat.Panel().with_target(SqlQuery(source, cleandoc(sql), "table"))
    return _described(panel.span(HALF).height(HEIGHT // 2).datasource(source), title, description)


def metric_time_series(title: str, expressions: Mapping[str, str], unit: str = "short", description: str = "") -> Panel:
    """Lines of PromQL expressions, by the template of their names."""
    panel = timeseries.Panel()
    for ref_id, (legend, expression) in zip(ascii_uppercase, expressions.items(), strict=False):
        panel = panel.with_target(prometheus.Dataquery().expr(expression).legend_format(legend).range().ref_id(ref_id))
    panel = panel.unit(unit).span(HALF).height(HEIGHT).datasource(PROMETHEUS)
    return _described(panel, title, description)


def assemble(uid: str, title: str, since: str, panels: Sequence[Panel], *, refresh: str = "5m") -> Dashboard:
    """The dashboard of these panels, which shows the time from `since` (`now-7d`) until now."""
    builder = dashboard.Dashboard(title).uid(uid).tags(["delay"]).readonly().timezone("utc").refresh(refresh)
    for number, panel in enumerate(panels, start=1):
        builder = builder.with_panel(panel.id(number))
    return builder.time(since, "now").build()


def _described(panel: Panel, title: str, description: str) -> Panel:
    titled = panel.title(title)
    return titled.description(description) if description else titled
