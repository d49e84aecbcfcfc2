"""The logs of serving: outcomes are added to them, and monitoring reads them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from entrypoints.airflow.arguments import read_moment
from entrypoints.airflow.operators.base import DelayCoreOperator, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delay_core import ShipmentSchema
    from delay_core.monitoring.window_result import WindowResult
    from entrypoints.container import Container

MAX_LISTED = 3
"""Reasons and rules that a task returns."""


class ImportOutcomesOperator(DelayCoreOperator):
    """Adds the outcomes of the table `source` to the log. The same table again adds nothing. Returns counts."""

    template_fields = ("delay_conn_id", "schema", "source")

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        report = container.use_cases.import_outcomes()(schema, self.source, datetime.now(UTC))
        return {
            "source": report.source,
            "read": report.read,
            "recorded": report.recorded,
            "already_known": report.already_known,
            "open": report.open,
            "quarantined": report.quarantined,
            "excluded": report.excluded,
            "problems": dict(report.problems.most_common(MAX_LISTED)),
        }


class MonitorOperator(DelayCoreOperator):
    """Computes the windows that have ended, and notifies people of changed decisions.

    `since` computes windows again from this time on, `until` computes windows that end by then. Returns the newest
    decision: `severity` is none, watch, retrain or roll back.
    """

    template_fields = ("delay_conn_id", "schema", "since", "until")

    def __init__(
        self, *, since: datetime | str | None = None, until: datetime | str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.since = since
        self.until = until

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        from delay_core.ports.monitoring_store import ResultFilter

        name, now = container.settings().model_name_for(schema.name), datetime.now(UTC)
        since, until = read_moment("since", self.since), read_moment("until", self.until)
        run = container.monitoring.monitor()(name, now, since, until)
        notices = container.monitoring.send_notices(now=lambda: now)(name)
        newest = container.monitoring.store().newest(name, ResultFilter(), 1)
        return {"model": name, "windows": len(run.results), "notices": notices, **_decision(newest)}


def _decision(newest: "Sequence[WindowResult]") -> Result:
    """The decision of the newest window; severity none before the first one."""
    if not newest:
        return {"severity": "none", "version": None, "window_start": None, "reasons": []}
    decision = newest[0].decision
    return {
        "severity": decision.severity.value,
        "version": decision.model_version,
        "window_start": decision.window.start.isoformat(),
        "reasons": [str(reason) for reason in decision.reasons[:MAX_LISTED]],
    }
