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
    """Predictions by time and id, answers by key."""

    def __init__(self) -> None:
        self.predictions: dict[tuple[datetime, UUID], LoggedPrediction] = {}
        self.answers: dict[str, KeyedAnswer] = {}

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        for prediction in batch:
            key = (prediction.predicted_at, prediction.prediction_id)
            self.predictions.setdefault(key, _stored(prediction))

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        for request in requests:
            if request.answer.key not in self.answers:
                self.answers[request.answer.key] = request.answer
                self.append(request.predictions)
        return [self.answers[request.answer.key] for request in requests]

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
