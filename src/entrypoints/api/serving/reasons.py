"""The reasons of logged predictions, computed once: a planner looks at the same shipments again and again."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from uuid import UUID

from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.serving import ServingModel
from entrypoints.api.payloads import reason_fields
from entrypoints.api.schemas.predictions import Reason

_MAX_PREDICTIONS = 10_000


class ReasonCache:
    """The reasons of the newest predictions that were explained, by the version that serves. Thread-safe."""

    def __init__(self, max_predictions: int = _MAX_PREDICTIONS) -> None:
        self._max_predictions = max_predictions
        self._reasons: OrderedDict[tuple[str, UUID], list[Reason]] = OrderedDict()
        self._lock = Lock()

    def reasons(self, model: ServingModel | None, predictions: Sequence[LoggedPrediction]) -> dict[UUID, list[Reason]]:
        """The reasons by prediction; those of other versions than this one have none. Takes long: not on an event loop.

        A shipment that the schema refuses by now has none either.
        """
        if model is None:
            return {}
        digest = model.version.digest
        own = [one for one in predictions if one.bundle_digest == digest]
        with self._lock:
            cached = {one.prediction_id: self._reasons.get((digest, one.prediction_id)) for one in own}
        missing = [one for one in own if cached[one.prediction_id] is None]
        explained = _explain(model, missing) if missing else {}
        with self._lock:
            for prediction_id, reasons in explained.items():
                self._reasons[digest, prediction_id] = reasons
            while len(self._reasons) > self._max_predictions:
                self._reasons.popitem(last=False)
        return {one: reasons for one, reasons in cached.items() if reasons is not None} | explained


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
