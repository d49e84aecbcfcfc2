"""Predict: probabilities for the open shipments of an ingested table, or for every row of a new one."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import pandas as pd

from delay_core import digest
from delay_core.bundle import Bundle
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.ports.table_codec import TableCodec
from delay_core.predictor import Predictor
from delay_core.reports import Ingested, Predicted, Ranked, RowCounts
from delay_core.stored_table import PartWriter, StoredTable
from delay_core.use_cases import ingest
from delay_core.use_cases.step import REPORT, Step
from delay_core.validation import LATE, SHIPMENT_ID, SOURCE_ROW, Counts, ShipmentValidator, Validated

KIND = "predictions"
VERSION = 1
TOP = 5
TABLE = "predictions"
PROBABILITY, DECISION = "probability", "prediction"


@dataclass(frozen=True)
class Predict:
    """Scores tables with a bundle; a row that cannot be scored is quarantined with its reasons."""

    source: ShipmentSource
    store: ArtifactStore
    codec: TableCodec
    runtime: ModelRuntime
    progress: Progress

    def where(self, predicted: Predicted) -> str:
        """The place to look for all of them, for people."""
        return self.store.where(KIND, predicted.address)

    def open_shipments(self, bundle: Bundle, ingested: Ingested) -> Step[Predicted]:
        """Predictions for the accepted rows whose outcome is not known yet."""
        inputs = {"ingested": ingested.address, "bundle": bundle.digest}
        accepted = StoredTable(self.store, self.codec, ingest.KIND, ingested.address, "accepted")

        def still_open() -> Iterator[Validated]:
            for part in accepted.parts():
                rows = part[part[LATE].isna()].reset_index(drop=True)
                yield Validated(rows, pd.DataFrame(), Counts(len(rows), len(rows)))

        return self._predict(bundle, digest.of_step("predict open", VERSION, inputs), still_open())

    def table(self, bundle: Bundle, url: str) -> Step[Predicted]:
        """Predictions for every row of a table. Raises SourceError when it cannot be read."""
        inputs = {"source": self.source.digest(url), "bundle": bundle.digest}
        validator = ShipmentValidator(bundle.schema, request=True)
        chunks = (validator.sort_out(chunk) for chunk in self.source.chunks(url, bundle.schema))
        return self._predict(bundle, digest.of_step("predict table", VERSION, inputs), chunks)

    def _predict(self, bundle: Bundle, address: str, chunks: Iterator[Validated]) -> Step[Predicted]:
        fresh = not self.store.has(KIND, address)
        if fresh:
            self._score(bundle, address, chunks)
        return Step(Predicted.model_validate_json(self.store.read(KIND, address, REPORT)), fresh)

    def _score(self, bundle: Bundle, address: str, chunks: Iterator[Validated]) -> None:
        self.progress.step("Predicting")
        predictor = Predictor(bundle, self.runtime)
        point = bundle.schema.prediction_point.column
        counts, top = Counts(), pd.DataFrame()
        with self.store.create(KIND, address) as files:
            writer = PartWriter(files, self.codec, TABLE)
            quarantined = PartWriter(files, self.codec, "quarantined")
            for chunk in chunks:
                scored = chunk.accepted[[SHIPMENT_ID, SOURCE_ROW, point]].copy()
                scored[PROBABILITY] = predictor.score(chunk.accepted)
                scored[DECISION] = (scored[PROBABILITY] >= bundle.schema.act_above).astype("int8")
                writer.write(scored)
                if len(chunk.quarantined):
                    quarantined.write(chunk.quarantined)
                counts += chunk.counts
                top = pd.concat([top, scored]).nlargest(TOP, PROBABILITY)
                self.progress.advance(chunk.counts.read)
            ranked = [
                Ranked(
                    shipment_id=row[SHIPMENT_ID],
                    source_row=row[SOURCE_ROW],
                    point=row[point].to_pydatetime(),
                    probability=row[PROBABILITY],
                )
                for row in top.to_dict("records")
            ]
            report = Predicted(address=address, rows=RowCounts(**asdict(counts)), top=tuple(ranked))
            files.write(REPORT, report.model_dump_json(indent=2).encode())
