"""Grafana's provisioning files, and its PostgreSQL macros as the data source expands them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

PROVISIONING = Path(__file__).parents[2] / "infra/grafana/provisioning"
DASHBOARDS = PROVISIONING / "dashboards/delay"
_MACRO = re.compile(r"\$(\w+)\(([^)]*)\)")
"""A macro ends at the first closing parenthesis."""
_INTERVALS = {"'1h'": timedelta(hours=1), "'1d'": timedelta(days=1)}


@dataclass(frozen=True)
class Query:
    """A query of a panel (`dashboard: panel`) or of a rule (`rule: refId`)."""

    name: str
    data_source: str
    text: str
    format: str

    @property
    def database(self) -> str:
        """The database of the data source."""
        return self.data_source.removeprefix("delay-")


def panels() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each panel of the committed dashboards, with its dashboard's uid."""
    for path in sorted(DASHBOARDS.glob("*.json")):
        for panel in json.loads(path.read_text("utf-8"))["panels"]:
            yield path.stem, panel


def panel_queries() -> list[Query]:
    """The queries of all panels."""
    return [
        Query(
            f"{dashboard}: {panel['title']}",
            target.get("datasource", panel["datasource"])["uid"],
            target.get("rawSql") or target["expr"],
            target.get("format", "time_series"),
        )
        for dashboard, panel in panels()
        for target in panel["targets"]
    ]


def rules() -> dict[str, Mapping[str, Any]]:
    """Title → rule."""
    groups = load("alerting/rules.yml")["groups"]
    return {rule["title"]: rule for group in groups for rule in group["rules"]}


def rule_queries() -> list[Query]:
    """The queries of all rules in SQL."""
    return [
        Query(f"{title}: {part['refId']}", part["datasourceUid"], part["model"]["rawSql"], part["model"]["format"])
        for title, rule in rules().items()
        for part in rule["data"]
        if "rawSql" in part["model"]
    ]


def load(name: str) -> Any:
    """A YAML file of the provisioning folder."""
    return yaml.safe_load((PROVISIONING / name).read_text("utf-8"))


def expand_macros(sql: str, since: datetime, until: datetime) -> str:
    """The SQL that Grafana would send for this time range. Raises KeyError for other macros."""
    first, last = (f"'{moment.astimezone(UTC).isoformat().replace('+00:00', 'Z')}'" for moment in (since, until))

    def expand(match: re.Match[str]) -> str:
        name, arguments = match[1], [argument.strip() for argument in match[2].split(",")]
        if name in ("__timeGroup", "__timeGroupAlias"):
            seconds = int(_INTERVALS[arguments[1]].total_seconds())
            group = f"floor(extract(epoch from {arguments[0]})/{seconds})*{seconds}"
            return f'{group} AS "time"' if name.endswith("Alias") else group
        return {
            "__timeFilter": f"{arguments[0]} BETWEEN {first} AND {last}",
            "__timeFrom": first,
            "__timeTo": last,
        }[name]

    return _MACRO.sub(expand, sql)
