"""Predicts for many requests at once: responses, and the rows that the prediction log keeps of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from delay_core.decision import decide
from delay_core.errors import ShipmentValidationError
from delay_core.explanation import Reason
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.prediction import PredictionBatch
from delay_core.request_parsing import ParsedShipments, Request
from delay_core.schema import Costs
from delay_core.serving.serving_model import ServingModel
from delay_core.uuid7 import uuid7_batch


@dataclass(frozen=True, slots=True)
class PredictionRequest:
    """The shipments of one request, its client, and its options."""

    shipments: Request
    request_id: str
    client: str | None = None
    costs: Costs | None = None
    explained: bool = False
    is_list: bool = False
    """Whether the request holds a list, even of one shipment."""


@dataclass(frozen=True, slots=True)
class PredictionResponse:
    """The prediction of each shipment [rows] of a request, and the rows that the prediction log keeps."""

    probabilities: list[float]
    acts: list[bool]
    label_sets: list[str]
    savings: list[float]
    reasons: tuple[tuple[Reason, ...], ...] | None
    notes: Sequence[tuple[str, ...]]
    act_above: float
    currency: str | None
    logged: list[LoggedPrediction]


def predict_batch(
    model: ServingModel, requests: Sequence[PredictionRequest], now: datetime, *, fast_only: bool = False
) -> list[PredictionResponse | ShipmentValidationError | None]:
    """The response to each request, or its violations; `now` (UTC) is the time of the prediction.

    All requests are parsed, encoded and scored in one pass; each gets the response that it would get alone. With
    `fast_only`, requests that take too long for an event loop get None.
    """
    predictor = model.predictor
    batch = predictor.parse([request.shipments for request in requests], fast_only=fast_only)
    shipments = batch.shipments
    if not len(shipments):
        return [None if isinstance(result, slice) else result for result in batch.results]
    builder = _ResponseBuilder(model, now, shipments, predictor.predict_parsed(shipments), predictor.notes(shipments))
    return [
        builder.build(request, result) if isinstance(result, slice) else result
        for request, result in zip(requests, batch.results, strict=True)
    ]


class _ResponseBuilder:
    """Makes the responses from the predictions for all requests, which it holds as lists."""

    def __init__(
        self,
        model: ServingModel,
        now: datetime,
        shipments: ParsedShipments,
        predictions: PredictionBatch,
        notes: tuple[tuple[str, ...], ...],
    ) -> None:
        self._model, self._now = model, now
        self._shipments, self._predictions, self._notes = shipments, predictions, notes
        self._prediction_ids = uuid7_batch(len(shipments), now)
        bundle = model.predictor.bundle
        point = bundle.schema.prediction_point.column
        self._points = [now] * len(shipments) if point is None else shipments.columns[point].tolist()
        self._probabilities = predictions.probabilities.tolist()
        self._acts = predictions.decisions.act.tolist()
        self._savings = predictions.decisions.saving.tolist()
        self._label_sets = predictions.label_sets.tolist()

    def build(self, request: PredictionRequest, rows: slice) -> PredictionResponse:
        """The response for one request, whose shipments are in these rows."""
        decisions, acts, savings = self._predictions.decisions, self._acts[rows], self._savings[rows]
        if request.costs is not None:
            decisions = decide(self._predictions.probabilities[rows], request.costs)
            acts, savings = decisions.act.tolist(), decisions.saving.tolist()
        reasons = None
        if request.explained:
            reasons = self._model.predictor.predict_parsed(self._shipments[rows], explained=True).reasons
        return PredictionResponse(
            self._probabilities[rows],
            acts,
            self._label_sets[rows],
            savings,
            reasons,
            self._notes[rows],
            decisions.act_above,
            decisions.currency,
            [self._log_row(request, row, act) for row, act in zip(range(rows.start, rows.stop), acts, strict=True)],
        )

    def _log_row(self, request: PredictionRequest, row: int, act: bool) -> LoggedPrediction:
        version = self._model.version
        return LoggedPrediction(
            prediction_id=next(self._prediction_ids),
            predicted_at=self._now,
            request_data=self._shipments.raw_record(row),
            model_name=version.name,
            model_version=version.version,
            bundle_digest=version.digest,
            schema_digest=self._model.schema_digest,
            shipment_id=self._shipments.ids[row],
            point=self._points[row].replace(tzinfo=UTC),
            probability=self._probabilities[row],
            late=act,
            request_id=request.request_id,
            client=request.client,
        )
