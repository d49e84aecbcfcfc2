"""Replay: history as if it happened now, predicted by the path that serves, monitored at the end of each day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from delay_core.errors import NoSuchModel, SourceError
from delay_core.monitoring.window_result import WindowResult
from delay_core.ports.model_catalog import ModelCatalog
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.monitoring_store import MonitoringStore, ResultFilter
from delay_core.ports.notifier import Notifier
from delay_core.ports.outcome_log import Outcome, OutcomeLog
from delay_core.ports.prediction_log import LoggedPrediction, PredictionLog
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.predictor import Predictor
from delay_core.recalibration import RecalibrationRecord
from delay_core.schema import ShipmentSchema
from delay_core.serving import PredictionRequest, PredictionResponse, ServingModel, predict_batch
from delay_core.use_cases.monitor import Monitor
from delay_core.use_cases.send_notices import SendNotices
from delay_core.uuid7 import derived_uuid7
from delay_core.validation import KNOWN_AT, LATE, SOURCE_ROW, ShipmentValidator
from delay_core.validation.header import match_header
from delay_core.validation.split_dates import compose_table

CLIENT = "replay"
_BATCH_ROWS = 2000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReplayedShipment:
    """A row of history: its raw values, its prediction point, and its outcome as soon as that is known (UTC)."""

    source_row: int
    point: datetime
    record: Mapping[str, object]
    late: bool | None
    known_at: datetime | None


@dataclass(frozen=True)
class ReplayReport:
    """What was replayed, with the results of the newest windows.

    `too_early` rows are not after the training; `refused` ones are valid with their outcome, but not as a request.
    """

    model_version: int
    rows: int
    outcomes: int
    too_early: int
    refused: int
    first: datetime
    last: datetime
    newest: Sequence[WindowResult]


@dataclass(frozen=True)
class Replay:
    """Predicts each day's shipments with the version that serves, records outcomes when they are known, and monitors.

    Only shipments after those that the version was trained, tested or recalibrated on are replayed. Ids derive from
    table, row and version: a second replay of the same table adds nothing.
    """

    source: ShipmentSource
    catalog: ModelCatalog
    runtime: ModelRuntime
    alias: str
    predictions: PredictionLog
    outcomes: OutcomeLog
    monitor: Monitor
    store: MonitoringStore
    notifier: Notifier
    progress: Progress

    def load_model(self, name: str) -> ServingModel:
        """The version that serves. Raises NoSuchModel if there is none."""
        version = self.catalog.get_by_alias(name, self.alias)
        if version is None:
            raise NoSuchModel(f"no version of {name} has the alias {self.alias}; run the pipeline first: make pipeline")
        bundle = self.catalog.load(name, version.version)
        if bundle.reference is None:
            raise NoSuchModel(
                f"version {version.version} of {name} has no reference sample; train again: make pipeline"
            )
        return ServingModel(replace(version, digest=bundle.digest), Predictor(bundle, self.runtime))

    def __call__(self, model: ServingModel, url: str) -> ReplayReport:
        """Replay the table. Raises SourceError if no row of it is after the training; StoreError."""
        origin = f"replay {self.source.digest(url)}"
        table = self._read(model.predictor.bundle.schema, url)
        trained_until = last_trained_moment(model)
        shipments = [shipment for shipment in table if trained_until is None or shipment.point > trained_until]
        if not shipments:
            raise SourceError(
                f"none of {len(table):,} rows is after {trained_until}, until when the model was tested or "
                "recalibrated; replay later shipments"
            )
        days = _by_day(shipments)
        self.progress.step(f"Replaying {len(shipments):,} shipments of {len(days)} days", len(days))
        waiting: list[Outcome] = []
        recorded = served = 0
        for day, of_day in days:
            end = day + _DAY
            predicted, outcomes = self._serve(model, of_day, origin)
            served += predicted
            waiting += outcomes
            known = [outcome for outcome in waiting if outcome.known_at <= end]
            waiting = [outcome for outcome in waiting if outcome.known_at > end]
            self.outcomes.append(known)
            recorded += len(known)
            self._monitor(model.version.name, end)
            self.progress.advance()
        return ReplayReport(
            model_version=model.version.version,
            rows=served,
            outcomes=recorded,
            too_early=len(table) - len(shipments),
            refused=len(shipments) - served,
            first=shipments[0].point,
            last=shipments[-1].point,
            newest=self.store.newest(model.version.name, ResultFilter(), 7),
        )

    def _read(self, schema: ShipmentSchema, url: str) -> list[ReplayedShipment]:
        """The accepted rows in the order of their prediction points."""
        point = schema.prediction_point.column
        if point is None:
            raise SourceError(f"{schema.name} has no times, so that nothing can be replayed day by day")
        validator = ShipmentValidator(schema)
        shipments: list[ReplayedShipment] = []
        before = 0
        self.progress.step(f"Reading {schema.name}")
        for chunk in self.source.chunks(url, schema):
            accepted = validator.validate(chunk).accepted
            records = _requests(schema, chunk)
            for row, moment, late, known_at in accepted[[SOURCE_ROW, point, LATE, KNOWN_AT]].itertuples(index=False):
                known = None if pd.isna(known_at) or pd.isna(late) else known_at.to_pydatetime()
                record = records[row - 1 - before]
                outcome = None if known is None else bool(late)
                shipments.append(ReplayedShipment(row, moment.to_pydatetime(), record, outcome, known))
            before += len(chunk)
            self.progress.advance(len(chunk))
        return sorted(shipments, key=lambda shipment: (shipment.point, shipment.source_row))

    def _serve(
        self, model: ServingModel, shipments: Sequence[ReplayedShipment], origin: str
    ) -> tuple[int, list[Outcome]]:
        """Predict and log the shipments: how many were not refused; their outcomes, for when they are known."""
        served, outcomes = 0, list[Outcome]()
        for start in range(0, len(shipments), _BATCH_ROWS):
            batch = shipments[start : start + _BATCH_ROWS]
            requests = [PredictionRequest([one.record], CLIENT, CLIENT) for one in batch]
            logged: list[LoggedPrediction] = []
            for shipment, response in zip(batch, predict_batch(model, requests, batch[0].point), strict=True):
                if not isinstance(response, PredictionResponse):
                    continue  # accepted in a table with outcomes, refused as a request: it would not have been served
                [prediction] = response.logged
                content = f"{origin} {shipment.source_row} {model.version.version}"
                moment = shipment.point.astimezone(UTC)
                prediction_id = derived_uuid7(moment, content)
                logged.append(replace(prediction, prediction_id=prediction_id, predicted_at=moment, point=moment))
                if shipment.late is not None and shipment.known_at is not None:
                    known_at = shipment.known_at.astimezone(UTC)
                    outcomes.append(Outcome(str(prediction.shipment_id), shipment.late, known_at, known_at, CLIENT))
            self.predictions.append(logged)
            served += len(logged)
        return served, outcomes

    def _monitor(self, name: str, now: datetime) -> None:
        self.monitor(name, now)
        SendNotices(self.store, self.notifier, lambda: now)(name)


def last_trained_moment(model: ServingModel) -> datetime | None:
    """The prediction point of the last row that the version was tested on (UTC); None in a table without times.

    Of a recalibrated version, it is when the last outcome became known that it follows.
    """
    bundle = model.predictor.bundle
    record, reference = RecalibrationRecord.read(bundle.metrics), bundle.reference
    if reference is None or reference.prediction_points is None or not len(reference):
        return None
    moment: datetime = reference.prediction_points.max().astype("datetime64[s]").astype(datetime)
    tested = moment.replace(tzinfo=UTC)
    return tested if record is None else max(tested, record.known_until)


def _requests(schema: ShipmentSchema, chunk: pd.DataFrame) -> list[Mapping[str, object]]:
    """The rows [rows] as requests: what is known at the prediction point, under the schema's names."""
    table = compose_table(schema, chunk)
    names = match_header(schema, [str(name) for name in table.columns], request=True).names
    wanted = {*schema.persisted_columns, *schema.key}
    columns = {source: name for source, name in names.items() if name in wanted}
    records = table.set_axis(list(map(str, table.columns)), axis=1)[list(columns)].rename(columns=columns)
    complete = records.astype(object).where(records.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in complete.to_dict("records")]


def _by_day(shipments: Sequence[ReplayedShipment]) -> list[tuple[datetime, list[ReplayedShipment]]]:
    """The shipments of every day (UTC) from the first to the last; some days may have none."""

    def all_days() -> Iterator[datetime]:
        day = shipments[0].point.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        while day <= shipments[-1].point:
            yield day
            day += _DAY

    days: dict[datetime, list[ReplayedShipment]] = {day: [] for day in all_days()}
    for shipment in shipments:
        days[shipment.point.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)].append(shipment)
    return list(days.items())
