"""The logs of serving: outcomes are added to them, and monitoring reads them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from entrypoints.airflow.arguments import read_flag, read_moment
from entrypoints.airflow.connection_type import DEFAULT_CONNECTION
from entrypoints.airflow.links import MonitoringReportLink, page_url
from entrypoints.airflow.operators.base import DelayCoreOperator, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context

    from delay_core import ShipmentSchema
    from delay_core.monitoring.window_result import WindowResult
    from entrypoints.container import Container

MAX_LISTED = 3
"""Reasons and rules that a task returns."""


class ImportOutcomesOperator(DelayCoreOperator):
    """Adds the outcomes of the table `source` to the log. The same table again adds nothing. Returns counts."""

    template_fields = ("delay_conn_id", "schema", "source")
    reads = ("outcomes",)

    def __init__(self, *, schema: str, source: str, delay_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id
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

    `since` computes windows again from this time on, `until` computes windows that end by then. With `report`, the page
    of the newest window is written to the store of data. Returns the newest decision; its `severity` is none, watch,
    retrain or roll back. With `assets.retraining_alias` among its outlets, the last two are an asset event.
    """

    template_fields = ("delay_conn_id", "schema", "since", "until", "report")
    operator_extra_links = (MonitoringReportLink(),)
    reads = ("predictions", "model")
    writes = ("monitoring",)

    def __init__(
        self,
        *,
        schema: str,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        report: bool | str = False,
        delay_conn_id: str = DEFAULT_CONNECTION,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id
        self.since = since
        self.until = until
        self.report = report

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        from delay_core.artifacts import write_monitoring_page
        from delay_core.ports.monitoring_store import ResultFilter

        name, now = container.settings().model_name_for(schema.name), datetime.now(UTC)
        since, until = read_moment("since", self.since), read_moment("until", self.until)
        run = container.monitoring.monitor()(name, now, since, until)
        notices = container.monitoring.send_notices(now=lambda: now)(name)
        newest = container.monitoring.store().newest(name, ResultFilter(), 1)
        result = {"model": name, "windows": len(run.results), "notices": notices, **_decision(newest)}
        if read_flag("report", self.report) and any(one.drift is not None for one in newest):
            page = container.monitoring.report_drift()(name).page
            result["report"] = write_monitoring_page(container.storage.artifact_store(), page)
            self.links = {MonitoringReportLink.name: page_url(result["report"])}
        return result

    def publish(self, context: "Context") -> None:
        from airflow.sdk import AssetAlias

        super().publish(context)
        if self.result is None or not self.result["action_needed"]:
            return
        from entrypoints.airflow.assets import schema_asset

        for outlet in self.outlets:
            if isinstance(outlet, AssetAlias):
                context["outlet_events"][outlet].add(schema_asset(self.schema, "retraining"), extra=self.result)


def _decision(newest: "Sequence[WindowResult]") -> Result:
    """The decision of the newest window; severity none before the first one."""
    if not newest:
        return {"severity": "none", "action_needed": False, "version": None, "window_start": None, "reasons": []}
    from delay_core.monitoring.policy import PAGED

    decision = newest[0].decision
    return {
        "severity": decision.severity.value,
        "action_needed": decision.severity in PAGED,
        "version": decision.model_version,
        "window_start": decision.window.start.isoformat(),
        "reasons": [str(reason) for reason in decision.reasons[:MAX_LISTED]],
    }
