"""Ingest: a table becomes accepted, quarantined and excluded rows, all of them accounted for."""

from collections import Counter
from dataclasses import asdict, dataclass

import numpy as np

from delay_core import digest
from delay_core.errors import SourceError
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import IngestReport, RowCounts
from delay_core.schema import ShipmentSchema
from delay_core.stored_table import PartWriter
from delay_core.use_cases.step import REPORT, Step
from delay_core.validation import LATE, Counts, ShipmentValidator

KIND = "ingested"
VERSION = 2


@dataclass(frozen=True)
class Ingest:
    """Reads a table chunk by chunk and stores what validation makes of it."""

    source: ShipmentSource
    store: ArtifactStore
    codec: TableCodec
    progress: Progress

    def __call__(self, schema: ShipmentSchema, url: str) -> Step[IngestReport]:
        """Raises SourceError when the table cannot be read, or when no row of it is accepted."""
        source_digest = self.source.digest(url)
        address = digest.of_step("ingest", VERSION, {"source": source_digest, "schema": schema.digest})
        fresh = not self.store.has(KIND, address)
        if fresh:
            self._sort_out(schema, url, source_digest, address)
        report = IngestReport.model_validate_json(self.store.read(KIND, address, REPORT))
        if report.rows.accepted == 0:
            worst = "; ".join(f"{rule} ({rows} rows)" for rule, rows in list(report.problems.items())[:3])
            raise SourceError(
                f"{url}: none of {report.rows.read} rows is accepted: {worst or 'all are excluded by the schema'}. "
                f"They are kept with their reasons in {self.store.location(KIND, address)}"
            )
        return Step(report, fresh)

    def _sort_out(self, schema: ShipmentSchema, url: str, source_digest: str, address: str) -> None:
        self.progress.step(f"Ingesting {url}")
        validator = ShipmentValidator(schema)
        counts, problems, late = Counts(), Counter[str](), np.zeros(3, dtype=np.int64)
        with self.store.create(KIND, address) as files:
            accepted, quarantined = (
                PartWriter(files, self.codec, "accepted"),
                PartWriter(files, self.codec, "quarantined"),
            )
            for chunk in self.source.chunks(url, schema):
                sorted_out = validator.sort_out(chunk)
                accepted.write(sorted_out.accepted)
                quarantined.write(sorted_out.quarantined)
                counts += sorted_out.counts
                problems += sorted_out.problems
                outcome = sorted_out.accepted[LATE].to_numpy()
                late += (int((outcome == 0).sum()), int((outcome == 1).sum()), int(np.isnan(outcome).sum()))
                self.progress.advance(len(chunk))
            report = IngestReport(
                address=address,
                source=url,
                source_digest=source_digest,
                schema_digest=schema.digest,
                rows=RowCounts(**asdict(counts)),
                on_time=int(late[0]),
                late=int(late[1]),
                open=int(late[2]),
                problems=dict(sorted(problems.items(), key=lambda item: (-item[1], item[0]))),
            )
            files.write(REPORT, report.model_dump_json(indent=2).encode())
