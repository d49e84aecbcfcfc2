"""Predict: predictions for the open shipments of an ingested table, or for every row of a new one."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import digest
from delay_core.artifacts import ACCEPTED, INGESTED, PREDICTED, PREDICTIONS, QUARANTINED, StepResult
from delay_core.bundle import Bundle
from delay_core.decision import MisclassificationCosts
from delay_core.explanation import Reason, format_reason
from delay_core.features import to_arrays
from delay_core.joins import JoinedTable
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.explainer import ModelExplainer
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.ports.table_codec import TableCodec
from delay_core.prediction import PredictionBatch
from delay_core.predictor import UNSEEN_NOTE, Predictor
from delay_core.reports import IngestReport, JoinCounts, PredictReport, RankedShipment, RowCounts, UnseenCategories
from delay_core.schema import Costs
from delay_core.source_notes import SourceNote, describe_notes
from delay_core.stored_table import PartitionWriter
from delay_core.validation import LATE, SHIPMENT_ID, SOURCE_ROW, ShipmentValidator, ValidationResult

VERSION = 3
TOP_SHIPMENTS = 5
MAX_UNSEEN_EXAMPLES = 3
MAX_REASONS = 5
MIN_REASON_POINTS = 1
PROBABILITY, DECISION, LABEL_SET, SAVING, NOTES, REASONS = (
    "probability",
    "prediction",
    "label_set",
    "expected_saving",
    "notes",
    "reasons",
)

UnseenRows = Mapping[str, NDArray[np.bool_]]
"""By column, which rows [rows] have a category that is on no training row."""


@dataclass(frozen=True)
class PredictOptions:
    """Costs of mistakes other than the schema's, and whether every row has reasons."""

    costs: Costs | None = None
    reasons: bool = False

    @property
    def content(self) -> dict[str, object]:
        """The options as JSON values."""
        return {"costs": self.costs and self.costs.model_dump(), "reasons": self.reasons}


@dataclass(frozen=True)
class Predict:
    """Scores tables with a bundle; a row that cannot be scored is quarantined with its reasons.

    `runtime` and `explainer` are providers: if the output exists, their libraries are not loaded.
    """

    source: ShipmentSource
    store: ArtifactStore
    codec: TableCodec
    runtime: Callable[[], ModelRuntime]
    explainer: Callable[[], ModelExplainer]
    progress: Progress

    def location(self, predicted: PredictReport) -> str:
        """The location of all predictions, for people."""
        return PREDICTED.location(self.store, predicted.address)

    def partitions(self, predicted: PredictReport) -> Iterator[pd.DataFrame]:
        """All predictions, one row per shipment, in parts of bounded size; at least one, which may have no rows."""
        return PREDICTED.table(self.store, self.codec, predicted.address, PREDICTIONS).partitions()

    def open_shipments(
        self, bundle: Bundle, ingested: IngestReport, options: PredictOptions = PredictOptions()
    ) -> StepResult[PredictReport]:
        """Predictions for the accepted rows without an outcome."""
        inputs = {"ingested": ingested.address, "bundle": bundle.digest, **options.content}
        accepted = INGESTED.table(self.store, self.codec, ingested.address, ACCEPTED)

        def open_rows() -> Iterator[ValidationResult]:
            for partition in accepted.partitions():
                rows = partition[partition[LATE].isna()].reset_index(drop=True)
                yield ValidationResult(rows, pd.DataFrame(), RowCounts(read=len(rows), accepted=len(rows)))

        return self._predict(bundle, digest.step_address("predict open", VERSION, inputs), open_rows(), options)

    def table(self, bundle: Bundle, url: str, options: PredictOptions = PredictOptions()) -> StepResult[PredictReport]:
        """Predictions for every row of a table. Raises SourceError when it cannot be read."""
        joined = JoinedTable(self.source, url, bundle.schema)
        inputs = {"source": joined.digest(), "bundle": bundle.digest, **options.content}
        validator = ShipmentValidator(bundle.schema, request=True)
        chunks = (validator.validate(chunk.rows, chunk.broken_rules) for chunk in joined.chunks())
        address = digest.step_address("predict table", VERSION, inputs)
        return self._predict(bundle, address, chunks, options, lambda: joined.counts)

    def _predict(
        self,
        bundle: Bundle,
        address: str,
        chunks: Iterator[ValidationResult],
        options: PredictOptions,
        joins: Callable[[], tuple[JoinCounts, ...]] = tuple,
    ) -> StepResult[PredictReport]:
        return PREDICTED.get_or_compute(
            self.store, address, lambda: self._store(bundle, address, chunks, options, joins)
        )

    def _store(
        self,
        bundle: Bundle,
        address: str,
        chunks: Iterator[ValidationResult],
        options: PredictOptions,
        joins: Callable[[], tuple[JoinCounts, ...]],
    ) -> None:
        self.progress.step("Predicting")
        predictor = Predictor(bundle, self.runtime(), self.explainer())
        categorical = [feature.column for feature in bundle.encoder.categorical]
        costs = MisclassificationCosts.from_schema(options.costs or bundle.schema.costs)
        counts, top, to_act_on, expected_saving = RowCounts(), pd.DataFrame(), 0, 0.0
        unseen, notes = _UnseenCounter(), Counter[SourceNote]()
        with PREDICTED.create(self.store, address) as files:
            writer = PartitionWriter(files, self.codec, PREDICTIONS)
            quarantined = PartitionWriter(files, self.codec, QUARANTINED)
            for chunk in chunks:
                batch = predictor.predict_table(chunk.accepted, costs=options.costs, explained=options.reasons)
                is_unseen = predictor.unseen_categories(to_arrays(chunk.accepted, categorical))
                writer.write(_table(bundle, chunk.accepted, batch, is_unseen))
                unseen.add(chunk.accepted, is_unseen)
                if len(chunk.quarantined):
                    quarantined.write(chunk.quarantined)
                counts += chunk.counts
                notes += chunk.notes
                to_act_on += int(batch.decisions.act.sum())
                expected_saving += float(batch.decisions.saving[batch.decisions.act].sum())
                likeliest = chunk.accepted.assign(**{PROBABILITY: batch.probabilities})
                candidates = pd.concat([top, likeliest.nlargest(TOP_SHIPMENTS, PROBABILITY)])
                top = candidates.nlargest(TOP_SHIPMENTS, PROBABILITY)
                self.progress.advance(chunk.counts.read)
            report = PredictReport(
                address=address,
                rows=counts,
                act_above=costs.act_above,
                to_act_on=to_act_on,
                expected_saving=round(expected_saving, 6),
                currency=costs.currency,
                top=_rank(predictor, top, options),
                unseen=unseen.report(),
                notes=describe_notes(notes, bundle.schema.aliases),
                joins=joins(),
            )
            PREDICTED.write_report(files, report)


class _UnseenCounter:
    """Rows with unseen categories, over all chunks of a table."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._examples: dict[str, dict[str, None]] = {}

    def add(self, accepted: pd.DataFrame, is_unseen: UnseenRows) -> None:
        for column, rows in is_unseen.items():
            self._rows[column] += int(rows.sum())
            examples = self._examples.setdefault(column, {})
            if len(examples) < MAX_UNSEEN_EXAMPLES:
                examples.update(dict.fromkeys(accepted[column][rows].unique()[:MAX_UNSEEN_EXAMPLES]))

    def report(self) -> tuple[UnseenCategories, ...]:
        return tuple(
            UnseenCategories(
                column=column, rows=rows, examples=tuple(islice(self._examples[column], MAX_UNSEEN_EXAMPLES))
            )
            for column, rows in self._rows.items()
        )


def _table(bundle: Bundle, accepted: pd.DataFrame, batch: PredictionBatch, is_unseen: UnseenRows) -> pd.DataFrame:
    """Predictions as they are stored and exported, one row per shipment."""
    table = accepted[[SHIPMENT_ID, SOURCE_ROW, bundle.schema.prediction_point.sort_column]].copy()
    table[PROBABILITY] = batch.probabilities
    table[DECISION] = batch.decisions.act.astype("int8")
    table[LABEL_SET] = batch.label_sets
    table[SAVING] = batch.decisions.saving
    table[NOTES] = _notes(is_unseen, len(accepted))
    if batch.reasons is not None:
        table[REASONS] = ["; ".join(_format_reasons(reasons)) for reasons in batch.reasons]
    return table


def _notes(is_unseen: UnseenRows, row_count: int) -> list[str]:
    notes = [""] * row_count
    for column, rows in is_unseen.items():
        note = UNSEEN_NOTE.format(column=column)
        for row in np.flatnonzero(rows):
            notes[row] = f"{notes[row]}; {note}" if notes[row] else note
    return notes


def _rank(predictor: Predictor, top: pd.DataFrame, options: PredictOptions) -> tuple[RankedShipment, ...]:
    """The shipments most likely to be late, always with their reasons."""
    if top.empty:
        return ()
    accepted = top.reset_index(drop=True)
    batch = predictor.predict_table(accepted, costs=options.costs, explained=True)
    point = predictor.bundle.schema.prediction_point.column
    predictions = batch.predictions(((),) * len(accepted))
    return tuple(
        RankedShipment(
            shipment_id=row[SHIPMENT_ID],
            source_row=row[SOURCE_ROW],
            point=None if point is None else row[point].to_pydatetime(),
            probability=prediction.probability,
            label_set=prediction.label_set,
            act=prediction.act,
            reasons=_format_reasons(prediction.reasons),
        )
        for row, prediction in zip(accepted.to_dict("records"), predictions, strict=True)
    )


def _format_reasons(reasons: tuple[Reason, ...]) -> tuple[str, ...]:
    """The strongest reasons as text, without those of less than one point."""
    return tuple(format_reason(reason) for reason in reasons[:MAX_REASONS] if abs(reason.points) >= MIN_REASON_POINTS)
