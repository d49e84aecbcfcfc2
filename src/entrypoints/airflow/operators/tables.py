"""From a table to rows that a model can be trained on."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from entrypoints.airflow.arguments import read_digest, read_interval
from entrypoints.airflow.connection_type import DEFAULT_CONNECTION
from entrypoints.airflow.operators.base import DelayCoreOperator, Result

if TYPE_CHECKING:
    from delay_core import ShipmentSchema
    from entrypoints.airflow.operators.base import Output
    from entrypoints.container import Container


class IngestOperator(DelayCoreOperator):
    """Validates a table: every row is accepted, quarantined or excluded.

    With `since` and `until`, only rows are accepted whose prediction point is from `since` on and before `until`, by
    the outcomes that were known at `until`. Returns `digest` and the counts of rows.
    """

    template_fields = ("delay_conn_id", "schema", "source", "since", "until")
    reads = ("raw-data",)
    writes = ("ingested",)

    def __init__(
        self,
        *,
        schema: str,
        source: str,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        delay_conn_id: str = DEFAULT_CONNECTION,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id
        self.source = source
        self.since = since
        self.until = until

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        interval = read_interval(self.since, self.until)
        step = container.use_cases.ingest()(schema, self.source, interval)
        report = step.report
        return {
            "digest": report.address,
            "source": report.source,
            "source_digest": report.source_digest,
            "interval": interval.model_dump(mode="json"),
            "rows": report.rows.model_dump(),
            "late": report.late,
            "on_time": report.on_time,
            "open": report.open,
            "computed": step.computed,
        }


class PreprocessOperator(DelayCoreOperator):
    """Splits the rows by time, and fits the encoder. `ingested` is the output of IngestOperator, or its digest.

    Returns `digest` and the rows of each split.
    """

    template_fields = ("delay_conn_id", "schema", "ingested")
    reads = ("ingested",)
    writes = ("prepared",)

    def __init__(
        self, *, schema: str, ingested: "Output", delay_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id
        self.ingested = ingested

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        step = container.use_cases.steps_by_digest().preprocess(schema, read_digest("ingested", self.ingested))
        report = step.report
        return {
            "digest": report.address,
            "ingested": report.ingested,
            "windows": {name: window.model_dump(mode="json") for name, window in report.windows.items()},
            "purged": report.purged,
            "open": report.open,
            "features": len(report.features),
            "computed": step.computed,
        }
