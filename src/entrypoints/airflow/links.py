"""Buttons beside a task: they open what the task recorded."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator


class _ResultLink(BaseOperatorLink):
    """A link that the task leaves at its operator when it ends; Airflow stores it."""

    def get_link(self, operator: "BaseOperator", *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's
        """The URL; empty if the task recorded nothing that has one."""
        links: Mapping[str, str] = getattr(operator, "links", {})
        return links.get(self.name, "")


class TrainingRunLink(_ResultLink):
    """The training's run in MLflow."""

    name = "MLflow run"


class DecisionLink(_ResultLink):
    """The decisions of the gate, in MLflow."""

    name = "Decision"


class MonitoringReportLink(_ResultLink):
    """The page of the newest window."""

    name = "Monitoring report"


def page_url(location: str) -> str:
    """The URL of a location that is shown to people; empty for a command."""
    if "://" in location:
        return location if location.split("://", maxsplit=1)[0].isalnum() else ""
    return Path(location).as_uri() if Path(location).is_absolute() else ""
