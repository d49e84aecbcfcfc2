"""The reasons of logged predictions, computed once: a planner looks at the same shipments again and again."""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from pydantic import TypeAdapter

from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.serving import ServingModel
from entrypoints.api.payloads import reason_fields
from entrypoints.api.schemas.predictions import Reason

MAX_PREDICTIONS = 12_000
"""About 2 kB each with twelve columns: 24 MB."""
KEEP_SECONDS = 3600.0
"""How long reasons are kept that nobody looks up: those of resolved and erased shipments leave the memory."""
_JSON = TypeAdapter(list[Reason])


@dataclass(frozen=True, slots=True)
class _CachedReasons:
    """As JSON, which takes a fifth of the memory of the models."""

    json: bytes
    used_at: float


class ReasonCache:
    """Reasons by prediction, of the version that served last. Thread-safe.

    The predictions that were looked up last stay, at most `max_predictions`, for `keep_seconds` of `clock`.
    """

    def __init__(
        self,
        max_predictions: int = MAX_PREDICTIONS,
        keep_seconds: float = KEEP_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_predictions = max_predictions
        self._keep_seconds = keep_seconds
        self._clock = clock
        self._digest = ""
        self._cached: OrderedDict[UUID, _CachedReasons] = OrderedDict()
        """The one that was used last is the last one."""
        self._lock = Lock()
        self._reads = 0

    @property
    def reads(self) -> int:
        """How often reasons were read so far."""
        return self._reads

    def reasons(self, model: ServingModel | None, predictions: Sequence[LoggedPrediction]) -> dict[UUID, list[Reason]]:
        """The reasons by prediction; those of other versions than this one have none. Takes long: not on an event loop.

        A shipment that the schema refuses by now has none either.
        """
        if model is None:
            return {}
        own = [one for one in predictions if one.bundle_digest == model.version.digest]
        cached = self._look_up(model, [one.prediction_id for one in own])
        self._reads += 1
        explained = self.add(model, [one for one in own if one.prediction_id not in cached])
        return {one: _JSON.validate_json(json) for one, json in cached.items()} | explained

    def missing(self, model: ServingModel, prediction_ids: Collection[UUID]) -> list[UUID]:
        """Those of these predictions by the version of the model whose reasons `reasons` would compute."""
        cached = self._look_up(model, prediction_ids)
        return [one for one in prediction_ids if one not in cached]

    def add(self, model: ServingModel, predictions: Sequence[LoggedPrediction]) -> dict[UUID, list[Reason]]:
        """Compute and keep the reasons of predictions by the version of the model. Takes long, as `reasons` does."""
        explained = _explain(model, predictions) if predictions else {}
        texts = {prediction_id: _JSON.dump_json(reasons) for prediction_id, reasons in explained.items()}
        with self._lock:
            self._follow(model)
            self._keep(texts)
        return explained

    def drop_unused(self) -> None:
        """Forget the reasons that were not looked up for long."""
        with self._lock:
            oldest = self._clock() - self._keep_seconds
            while self._cached and next(iter(self._cached.values())).used_at < oldest:
                self._cached.popitem(last=False)

    def _look_up(self, model: ServingModel, prediction_ids: Collection[UUID]) -> dict[UUID, bytes]:
        with self._lock:
            self._follow(model)
            cached = {one: self._cached[one].json for one in prediction_ids if one in self._cached}
            self._keep(cached)
        return cached

    def _follow(self, model: ServingModel) -> None:
        if self._digest != model.version.digest:
            self._digest = model.version.digest
            self._cached.clear()

    def _keep(self, texts: Mapping[UUID, bytes]) -> None:
        now = self._clock()
        for prediction_id, json in texts.items():
            self._cached[prediction_id] = _CachedReasons(json, now)
            self._cached.move_to_end(prediction_id)
        while len(self._cached) > self._max_predictions:
            self._cached.popitem(last=False)


def _explain(model: ServingModel, predictions: Sequence[LoggedPrediction]) -> dict[UUID, list[Reason]]:
    predictor = model.predictor
    batch = predictor.parse([[dict(one.request_data)] for one in predictions])
    accepted = [one for one, result in zip(predictions, batch.results, strict=True) if isinstance(result, slice)]
    if not accepted:
        return {}
    reasons = predictor.predict_parsed(batch.shipments, explained=True).reasons or ()
    return {
        one.prediction_id: [Reason.model_validate(reason_fields(reason)) for reason in row]
        for one, row in zip(accepted, reasons, strict=True)
    }
