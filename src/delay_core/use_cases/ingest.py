"""Ingest: every row of a table is accepted, quarantined or excluded."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from delay_core import digest
from delay_core.artifacts import ACCEPTED, INGESTED, QUARANTINED, StepResult
from delay_core.data_interval import WHOLE_TABLE, DataInterval
from delay_core.equal_columns import EqualColumns
from delay_core.errors import NoDataYet, SchemaError, SourceError
from delay_core.features import to_arrays
from delay_core.joins import JoinedTable
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import IngestReport, RowCounts
from delay_core.schema import ShipmentSchema
from delay_core.source_notes import Notes, describe_notes
from delay_core.stored_table import PartitionWriter
from delay_core.table_urls import without_password
from delay_core.validation import LATE, ShipmentValidator
from delay_core.violations import Rule

VERSION = 4
MAX_LISTED_RULES = 3
_ALL_EXCLUDED = "all are excluded by the schema"


@dataclass(frozen=True)
class Ingest:
    """Validates a table chunk by chunk and stores its accepted and quarantined rows."""

    source: ShipmentSource
    store: ArtifactStore
    codec: TableCodec
    progress: Progress

    def __call__(
        self, schema: ShipmentSchema, url: str, interval: DataInterval = WHOLE_TABLE
    ) -> StepResult[IngestReport]:
        """Ingest the rows in the interval, by the outcomes that were known at its end.

        Raises SourceError when the table cannot be read, or when no row of it is accepted; NoDataYet when no row is in
        the interval; SchemaError when the schema has no times to compare with one.
        """
        if interval and schema.prediction_point.column is None:
            raise SchemaError(
                f"schema {schema.name}: its table has an order and no times (prediction_point.order_by), so no "
                f"interval of it can be read; read the whole table, without since and until"
            )
        table = JoinedTable(self.source, url, schema)
        source_digest = table.digest()
        inputs: dict[str, object] = {"source": source_digest, "schema": schema.digest}
        if interval:
            inputs["interval"] = interval.model_dump(mode="json")
        address = digest.step_address("ingest", VERSION, inputs)
        step = INGESTED.get_or_compute(
            self.store, address, lambda: self._validate(schema, url, table, interval, address, source_digest)
        )
        report = step.report
        if interval and report.rows.excluded == report.rows.read:
            raise NoDataYet(f"{without_password(url)}: none of {report.rows.read} rows is {interval}")
        if report.rows.accepted == 0:
            most_frequent = list(report.problems.items())[:MAX_LISTED_RULES]
            reason = "; ".join(f"{rule} ({rows} rows)" for rule, rows in most_frequent) or _ALL_EXCLUDED
            raise SourceError(
                f"{without_password(url)}: none of {report.rows.read} rows is accepted: {reason}. "
                f"They are kept with their reasons in {INGESTED.location(self.store, address)}"
            )
        return step

    def _validate(
        self,
        schema: ShipmentSchema,
        url: str,
        table: JoinedTable,
        interval: DataInterval,
        address: str,
        source_digest: str,
    ) -> None:
        self.progress.step(f"Ingesting {without_password(url)}")
        validator = ShipmentValidator(schema, interval=interval)
        counts, broken_rules, labels = RowCounts(), Counter[Rule](), np.zeros(3, dtype=np.int64)
        notes: Notes = Counter()
        equal_columns = EqualColumns(schema.persisted_columns)
        with INGESTED.create(self.store, address) as files:
            accepted, quarantined = (
                PartitionWriter(files, self.codec, ACCEPTED),
                PartitionWriter(files, self.codec, QUARANTINED),
            )
            for chunk in table.chunks():
                result = validator.validate(chunk.rows, chunk.broken_rules)
                notes += result.notes
                accepted.write(result.accepted)
                quarantined.write(result.quarantined)
                equal_columns.add(to_arrays(result.accepted, schema.persisted_columns))
                counts += result.counts
                broken_rules += result.broken_rules
                late = result.accepted[LATE].to_numpy()
                labels += (int((late == 0).sum()), int((late == 1).sum()), int(np.isnan(late).sum()))
                self.progress.advance(len(chunk.rows))
            report = IngestReport(
                address=address,
                source=without_password(url),
                source_digest=source_digest,
                schema_digest=schema.digest,
                rows=counts,
                on_time=int(labels[0]),
                late=int(labels[1]),
                open=int(labels[2]),
                problems=_by_frequency(broken_rules),
                notes=describe_notes(notes, schema.aliases),
                joins=table.counts,
                equal_columns=equal_columns.groups,
                interval=interval or None,
            )
            INGESTED.write_report(files, report)


def _by_frequency(broken_rules: Counter[Rule]) -> dict[str, int]:
    """Rules by name and the rows that break them, the most frequent first."""
    rows = {str(rule): count for rule, count in broken_rules.items()}
    return dict(sorted(rows.items(), key=lambda item: (-item[1], item[0])))
