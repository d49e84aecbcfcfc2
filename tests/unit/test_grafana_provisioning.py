"""What Grafana reads when it starts: its parts name each other, and metrics that the API has."""

import re

import promql_parser
import pytest

from entrypoints.api.observability.prometheus import ApiMetrics
from support import grafana
from support.exported_metrics import exported_names

SOURCES = {source["uid"]: source for source in grafana.load("datasources/delay.yml")["datasources"]}
METRIC_QUERIES = [query for query in grafana.panel_queries() if query.data_source == "delay-prometheus"]


def test_queries__name_data_sources_that_are_provisioned():
    used = {query.data_source for query in [*grafana.panel_queries(), *grafana.rule_queries()]}
    assert used == set(SOURCES)
    types = {panel["datasource"]["uid"]: panel["datasource"]["type"] for _, panel in grafana.panels()}
    assert types == {uid: source["type"] for uid, source in SOURCES.items()}


def test_databases__are_read_by_the_reader_without_a_password_in_the_file():
    databases = [source for source in SOURCES.values() if "postgresql" in source["type"]]
    assert {source["jsonData"]["database"] for source in databases} == {"monitoring", "serving"}
    assert {source["user"] for source in databases} == {"reader"}
    assert {source["secureJsonData"]["password"] for source in databases} == {"${READER_PASSWORD}"}


def test_service_dashboard__uses_metrics_that_the_api_exports():
    used = {name for query in METRIC_QUERIES for name in re.findall(r"\bdelay_\w+", query.text)}
    assert used <= exported_names(ApiMetrics(multiple_processes=False))
    assert len(used) > 15


def test_service_dashboard__has_expressions_that_prometheus_parses():
    for query in METRIC_QUERIES:
        promql_parser.parse(query.text.replace("$__rate_interval", "5m"))
    with pytest.raises(ValueError, match="parenthesis"):
        promql_parser.parse("sum(rate(delay_requests_total[5m])")


def test_panels__have_ids_and_fit_into_the_grid():
    for dashboard in {name for name, _ in grafana.panels()}:
        panels = [panel for name, panel in grafana.panels() if name == dashboard]
        assert len({panel["id"] for panel in panels}) == len(panels)
        positions = [panel["gridPos"] for panel in panels]
        assert all(position["x"] + position["w"] <= 24 for position in positions)
        assert len({(position["x"], position["y"]) for position in positions}) == len(panels)


@pytest.mark.parametrize("title", grafana.rules())
def test_rules__are_silent_without_data_and_notify_the_contact_point(title):
    rule = grafana.rules()[title]
    assert rule["noDataState"] == "OK"
    [contact] = grafana.load("alerting/contact_points.yml")["contactPoints"]
    assert rule["notification_settings"]["receiver"] == contact["name"]
    assert rule["condition"] in {part["refId"] for part in rule["data"]}
    assert "$" not in "".join(rule["annotations"].values()), "Grafana reads a dollar as a variable of the environment"


def test_variables_of_the_environment__are_documented():
    files = [path.read_text("utf-8") for path in grafana.PROVISIONING.rglob("*.yml")]
    used = {name for text in files for name in re.findall(r"\$\{(\w+)\}", text)}
    page = (grafana.PROVISIONING.parents[2] / "docs/monitoring.md").read_text("utf-8")
    assert len(used) == 5
    assert not {name for name in used if f"| `{name}` |" not in page}


def test_provider__reads_the_folder_of_the_dashboards():
    [provider] = grafana.load("dashboards/delay.yml")["providers"]
    folder = provider["options"]["path"].removeprefix("/etc/grafana/provisioning/")
    assert (grafana.PROVISIONING / folder).samefile(grafana.DASHBOARDS)
