"""Rules of Prometheus and Grafana: the former use metrics that the API has, and each alert has a page."""

import re
from pathlib import Path

import pytest
import yaml

from entrypoints.api.observability.prometheus import ApiMetrics
from support import grafana
from support.exported_metrics import exported_names

ROOT = Path(__file__).parents[2]
RULES = {
    rule["alert"]: rule
    for group in yaml.safe_load((ROOT / "infra/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
}
ALL_RULES = {**RULES, **grafana.rules()}
RUNBOOKS = ROOT / "docs/runbooks"


def test_rules__use_metrics_that_the_api_exports():
    used = {name for rule in RULES.values() for name in re.findall(r"\bdelay_\w+", rule["expr"])}
    assert used <= exported_names(ApiMetrics(multiple_processes=False))
    assert len(used) >= len(RULES) - 1


@pytest.mark.parametrize("alert", ALL_RULES)
def test_alert__has_a_severity_and_a_page(alert):
    rule = ALL_RULES[alert]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["runbook"] == f"docs/runbooks/{alert}.md"
    page = (RUNBOOKS / f"{alert}.md").read_text("utf-8")
    assert page.startswith(f"# {alert}\n")
    assert all(f"\n**{part}.**" in page for part in ("Meaning", "Effect", "Check", "Remedy"))


def test_pages__are_those_of_the_alerts_and_listed():
    assert {path.stem for path in RUNBOOKS.glob("Delay*.md")} == set(ALL_RULES)
    listed = re.findall(r"\| \[(\w+)\]\(\w+\.md\) \| (\w+) \|", (RUNBOOKS / "README.md").read_text("utf-8"))
    assert listed == [(alert, rule["labels"]["severity"]) for alert, rule in ALL_RULES.items()]
