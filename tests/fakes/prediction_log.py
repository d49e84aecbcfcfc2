"""Predictions in memory, as a database would return them."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from delay_core.ports import prediction_log as port
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction

Text = TypeVar("Text", str, str | None)


class PredictionLog(port.PredictionLog):
    """Predictions by time and id, answers by key, superseded predictions by id, erasures by shipment."""

    def __init__(self) -> None:
        self.predictions: dict[tuple[datetime, UUID], LoggedPrediction] = {}
        self.answers: dict[str, KeyedAnswer] = {}
        self.superseded: dict[UUID, LoggedPrediction] = {}
        self.erased_at: dict[str, datetime] = {}

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        for prediction in map(_stored, batch):
            if not self._is_erased(prediction):
                self.predictions.setdefault((prediction.predicted_at, prediction.prediction_id), prediction)

    def open_stream(self) -> None:
        return None

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        answers = []
        for request in requests:
            held = self.answers.get(request.answer.key)
            if held is None:
                if not any(self._is_erased(_stored(prediction)) for prediction in request.predictions):
                    self.answers[request.answer.key] = request.answer
                self.append(request.predictions)
            answers.append(held or request.answer)
        return answers

    def append_superseded(self, batch: Sequence[LoggedPrediction]) -> None:
        for prediction in map(_stored, batch):
            if not self._is_erased(prediction):
                self.superseded.setdefault(prediction.prediction_id, prediction)

    def _is_erased(self, prediction: LoggedPrediction) -> bool:
        erased_at = self.erased_at.get(prediction.shipment_id or "")
        return erased_at is not None and prediction.predicted_at <= erased_at

    def find_answer(self, key: str) -> KeyedAnswer | None:
        return self.answers.get(key)


def _stored(prediction: LoggedPrediction) -> LoggedPrediction:
    return replace(
        prediction,
        request_data=stored_json(json.loads(json.dumps(dict(prediction.request_data)))),
        shipment_id=stored_text(prediction.shipment_id),
        request_id=stored_text(prediction.request_id),
        error=stored_text(prediction.error),
        client=stored_text(prediction.client),
    )


def stored_json(value: Any) -> Any:
    """A JSON value as it is read back."""
    match value:
        case dict():
            return {stored_text(key): stored_json(item) for key, item in value.items()}
        case list():
            return [stored_json(item) for item in value]
        case str():
            return stored_text(value)
        case float() if not math.isfinite(value):
            return None
    return value


def stored_text(text: Text) -> Text:
    """A text as it is read back."""
    if text is None:
        return text
    return "".join("\ufffd" if letter == "\0" or "\ud800" <= letter <= "\udfff" else letter for letter in text)
