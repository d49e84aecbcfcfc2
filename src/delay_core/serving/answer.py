"""Requests in, answers and what is logged of them out: many at once, as a web server meets them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from delay_core.answers import Answers
from delay_core.decision import decide
from delay_core.errors import InvalidShipment
from delay_core.explanation import Reason
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.requests import Request, Shipments
from delay_core.schema import Costs
from delay_core.serving.ids import new_ids
from delay_core.serving.serving_model import ServingModel


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its shipments, who asks, and what for."""

    shipments: Request
    request_id: str
    client: str | None = None
    costs: Costs | None = None
    explained: bool = False
    many: bool = False
    """Whether it asks about a list, if only of one."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said of each shipment of a request, and the rows that the prediction log has to keep."""

    probabilities: list[float]
    acts: list[bool]
    label_sets: list[str]
    savings: list[float]
    reasons: tuple[tuple[Reason, ...], ...] | None
    notes: Sequence[tuple[str, ...]]
    act_above: float
    currency: str | None
    logged: list[LoggedPrediction]


def answer(
    model: ServingModel, requests: Sequence[Asked], now: datetime, *, quick: bool = False
) -> list[Answered | InvalidShipment | None]:
    """Of each request its answer, or why it is refused; `now` (UTC) is when it was predicted.

    All are read, encoded and scored in one pass, and each gets what it would get alone. `quick` leaves requests that
    need a closer look, which is too long for an event loop: None.
    """
    predictor = model.predictor
    group = predictor.read([request.shipments for request in requests], quick=quick)
    shipments = group.shipments
    if not len(shipments):
        return [None if isinstance(place, slice) else place for place in group.places]
    answers = predictor.answers(shipments)
    told = _Told(model, now, shipments, answers, predictor.notes(shipments))
    return [
        told.to(request, place) if isinstance(place, slice) else place
        for request, place in zip(requests, group.places, strict=True)
    ]


class _Told:
    """The answers to all requests as lists, to be dealt out."""

    def __init__(
        self,
        model: ServingModel,
        now: datetime,
        shipments: Shipments,
        answers: Answers,
        notes: tuple[tuple[str, ...], ...],
    ) -> None:
        self._model, self._now = model, now
        self._shipments, self._answers, self._notes = shipments, answers, notes
        self._new = new_ids(len(shipments), now)
        bundle = model.predictor.bundle
        self._points = shipments.columns[bundle.schema.prediction_point.column].tolist()
        self._probabilities = answers.probabilities.tolist()
        self._acts = answers.decided.act.tolist()
        self._savings = answers.decided.saving.tolist()
        self._sets = answers.label_sets.tolist()

    def to(self, request: Asked, place: slice) -> Answered:
        """One request's share."""
        decided, acts, savings = self._answers.decided, self._acts[place], self._savings[place]
        if request.costs is not None:
            decided = decide(self._answers.probabilities[place], request.costs)
            acts, savings = decided.act.tolist(), decided.saving.tolist()
        reasons = None
        if request.explained:
            reasons = self._model.predictor.answers(self._shipments[place], explained=True).reasons
        return Answered(
            self._probabilities[place],
            acts,
            self._sets[place],
            savings,
            reasons,
            self._notes[place],
            decided.act_above,
            decided.currency,
            [self._row(request, at, act) for at, act in zip(range(place.start, place.stop), acts, strict=True)],
        )

    def _row(self, request: Asked, at: int, act: bool) -> LoggedPrediction:
        version = self._model.version
        return LoggedPrediction(
            prediction_id=next(self._new),
            predicted_at=self._now,
            request_data=self._shipments.given(at),
            model_name=version.name,
            model_version=version.version,
            bundle_digest=version.digest,
            schema_digest=self._model.schema_digest,
            shipment_id=self._shipments.ids[at],
            point=self._points[at].replace(tzinfo=UTC),
            probability=self._probabilities[at],
            late=act,
            request_id=request.request_id,
            client=request.client,
        )
