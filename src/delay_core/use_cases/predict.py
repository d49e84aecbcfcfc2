"""Predict: answers for the open shipments of an ingested table, or for every row of a new one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from delay_core import digest
from delay_core.bundle import Bundle
from delay_core.decision import decide
from delay_core.explanation import Reason, words
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.explainer import ModelExplainer
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.ports.table_codec import TableCodec
from delay_core.prediction import PredictionBatch
from delay_core.predictor import Predictor
from delay_core.reports import IngestReport, PredictReport, RankedShipment, RowCounts
from delay_core.schema import Costs
from delay_core.stored_table import PartitionWriter, StoredTable
from delay_core.use_cases import ingest
from delay_core.use_cases.step import REPORT, StepResult
from delay_core.validation import LATE, SHIPMENT_ID, SOURCE_ROW, ShipmentValidator, ValidationResult

KIND = "predictions"
VERSION = 2
TOP = 5
TABLE = "predictions"
PROBABILITY, DECISION, LABEL_SET, SAVING, REASONS = (
    "probability",
    "prediction",
    "label_set",
    "expected_saving",
    "reasons",
)
TOLD = 5
"""So many reasons are written out, the strongest."""


@dataclass(frozen=True)
class Asked:
    """What is asked beside probabilities: other costs of mistakes than the schema's, and reasons for every row."""

    costs: Costs | None = None
    reasons: bool = False

    @property
    def content(self) -> dict[str, object]:
        """As JSON values."""
        return {"costs": self.costs and self.costs.model_dump(), "reasons": self.reasons}


@dataclass(frozen=True)
class Predict:
    """Scores tables with a bundle; a row that cannot be scored is quarantined with its reasons.

    What scores comes as providers: where the output exists, their libraries are not loaded.
    """

    source: ShipmentSource
    store: ArtifactStore
    codec: TableCodec
    runtime: Callable[[], ModelRuntime]
    explainer: Callable[[], ModelExplainer]
    progress: Progress

    def location(self, predicted: PredictReport) -> str:
        """The location of all predictions, for people."""
        return self.store.location(KIND, predicted.address)

    def partitions(self, predicted: PredictReport) -> Iterator[pd.DataFrame]:
        """All predictions, one row per shipment, in parts of bounded size; at least one, which may have no rows."""
        return StoredTable(self.store, self.codec, KIND, predicted.address, TABLE).partitions()

    def open_shipments(
        self, bundle: Bundle, ingested: IngestReport, asked: Asked = Asked()
    ) -> StepResult[PredictReport]:
        """Predictions for the accepted rows whose outcome is not known yet."""
        inputs = {"ingested": ingested.address, "bundle": bundle.digest, **asked.content}
        accepted = StoredTable(self.store, self.codec, ingest.KIND, ingested.address, "accepted")

        def still_open() -> Iterator[ValidationResult]:
            for part in accepted.partitions():
                rows = part[part[LATE].isna()].reset_index(drop=True)
                yield ValidationResult(rows, pd.DataFrame(), RowCounts(read=len(rows), accepted=len(rows)))

        return self._predict(bundle, digest.step_address("predict open", VERSION, inputs), still_open(), asked)

    def table(self, bundle: Bundle, url: str, asked: Asked = Asked()) -> StepResult[PredictReport]:
        """Predictions for every row of a table. Raises SourceError when it cannot be read."""
        inputs = {"source": self.source.digest(url), "bundle": bundle.digest, **asked.content}
        validator = ShipmentValidator(bundle.schema, request=True)
        chunks = (validator.validate(chunk) for chunk in self.source.chunks(url, bundle.schema))
        return self._predict(bundle, digest.step_address("predict table", VERSION, inputs), chunks, asked)

    def _predict(
        self, bundle: Bundle, address: str, chunks: Iterator[ValidationResult], asked: Asked
    ) -> StepResult[PredictReport]:
        computed = not self.store.has(KIND, address)
        if computed:
            self._answer(bundle, address, chunks, asked)
        return StepResult(PredictReport.model_validate_json(self.store.read(KIND, address, REPORT)), computed)

    def _answer(self, bundle: Bundle, address: str, chunks: Iterator[ValidationResult], asked: Asked) -> None:
        self.progress.step("Predicting")
        predictor = Predictor(bundle, self.runtime(), self.explainer())
        prices = decide(np.empty(0), asked.costs or bundle.schema.costs)
        counts, top, acted, saved = RowCounts(), pd.DataFrame(), 0, 0.0
        with self.store.create(KIND, address) as files:
            writer = PartitionWriter(files, self.codec, TABLE)
            quarantined = PartitionWriter(files, self.codec, "quarantined")
            for chunk in chunks:
                predictions = predictor.predict_table(chunk.accepted, costs=asked.costs, explained=asked.reasons)
                writer.write(_table(bundle, chunk.accepted, predictions))
                if len(chunk.quarantined):
                    quarantined.write(chunk.quarantined)
                counts += chunk.counts
                acted += int(predictions.decisions.act.sum())
                saved += float(predictions.decisions.saving[predictions.decisions.act].sum())
                likeliest = chunk.accepted.assign(**{PROBABILITY: predictions.probabilities})
                top = pd.concat([top, likeliest.nlargest(TOP, PROBABILITY)]).nlargest(TOP, PROBABILITY)
                self.progress.advance(chunk.counts.read)
            report = PredictReport(
                address=address,
                rows=counts,
                act_above=prices.act_above,
                to_act_on=acted,
                expected_saving=round(saved, 6),
                currency=prices.currency,
                top=_ranked(predictor, top, asked),
            )
            files.write(REPORT, report.model_dump_json(indent=2).encode())


def _table(bundle: Bundle, accepted: pd.DataFrame, predictions: PredictionBatch) -> pd.DataFrame:
    """One row per shipment, as it is stored and handed out."""
    table = accepted[[SHIPMENT_ID, SOURCE_ROW, bundle.schema.prediction_point.column]].copy()
    table[PROBABILITY] = predictions.probabilities
    table[DECISION] = predictions.decisions.act.astype("int8")
    table[LABEL_SET] = predictions.label_sets
    table[SAVING] = predictions.decisions.saving
    if predictions.reasons is not None:
        table[REASONS] = ["; ".join(_told(of_row)) for of_row in predictions.reasons]
    return table


def _ranked(predictor: Predictor, top: pd.DataFrame, asked: Asked) -> tuple[RankedShipment, ...]:
    """The likeliest rows, always with their reasons."""
    if top.empty:
        return ()
    accepted = top.reset_index(drop=True)
    predictions = predictor.predict_table(accepted, costs=asked.costs, explained=True)
    point = predictor.bundle.schema.prediction_point.column
    return tuple(
        RankedShipment(
            shipment_id=row[SHIPMENT_ID],
            source_row=row[SOURCE_ROW],
            point=row[point].to_pydatetime(),
            probability=said.probability,
            label_set=said.label_set,
            act=said.act,
            reasons=_told(said.reasons),
        )
        for row, said in zip(accepted.to_dict("records"), predictions.predictions(((),) * len(accepted)), strict=True)
    )


def _told(found: tuple[Reason, ...]) -> tuple[str, ...]:
    """The strongest reasons in words; what moves less than one point is none."""
    return tuple(words(reason) for reason in found[:TOLD] if abs(reason.points) >= 1)
