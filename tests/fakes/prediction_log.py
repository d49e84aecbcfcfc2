"""Predictions in memory."""

import json
import math
from collections import Counter
from dataclasses import replace

from delay_core.ports import prediction_log as port
from delay_core.ports.prediction_log import DailyPredictions, PredictionPage


class PredictionLog(port.PredictionLog):
    """A dictionary by time and id."""

    def __init__(self):
        self._kept = {}
        self._answers = {}

    def append(self, batch):
        for prediction in batch:
            self._kept.setdefault((prediction.predicted_at, prediction.prediction_id), _kept(prediction))

    def append_once(self, requests):
        for request in requests:
            if request.answer.key not in self._answers:
                self._answers[request.answer.key] = request.answer
                self.append(request.predictions)
        return [self._answers[request.answer.key] for request in requests]

    def answer_to(self, key):
        return self._answers.get(key)

    def get(self, prediction_id):
        return next((kept for (_, known), kept in self._kept.items() if known == prediction_id), None)

    def page(self, wanted, limit=100, cursor=None):
        if not 1 <= limit <= port.MOST_IN_A_PAGE:
            raise ValueError(f"limit {limit} is outside 1 to {port.MOST_IN_A_PAGE}")
        names = {f"{at.isoformat()} {key}": (at, key) for at, key in self._kept}
        if cursor is not None and cursor not in names:
            raise ValueError(f"{cursor!r} is no cursor")
        found = [
            kept
            for place, kept in sorted(self._kept.items(), reverse=True)
            if (cursor is None or place < names[cursor]) and _fits(kept, wanted)
        ]
        last = found[limit - 1] if len(found) > limit else None
        return PredictionPage(tuple(found[:limit]), last and f"{last.predicted_at.isoformat()} {last.prediction_id}")

    def daily(self, since, until):
        days = {}
        for kept in self._kept.values():
            days.setdefault((kept.predicted_at.date(), kept.model_name, kept.model_version), []).append(kept)
        return [_counted(*key, kept) for key, kept in sorted(days.items()) if since <= key[0] < until]

    def window(self, since, until, model_name=None):
        found = [kept for (at, _), kept in sorted(self._kept.items()) if since <= at < until]
        found = [kept for kept in found if model_name in (None, kept.model_name)]
        for start in range(0, len(found), 2):
            yield found[start : start + 2]

    def erase(self, shipment_id):
        erased = {one.request_id for one in self._kept.values() if one.shipment_id == storable(shipment_id)}
        self._forget(lambda answer: answer.request_id in erased)
        return self._drop(lambda kept: kept.shipment_id == storable(shipment_id))

    def drop_before(self, moment):
        self._forget(lambda answer: answer.answered_at < moment)
        return self._drop(lambda kept: kept.predicted_at < moment)

    def _forget(self, condition):
        self._answers = {key: answer for key, answer in self._answers.items() if not condition(answer)}

    def _drop(self, condition):
        before = len(self._kept)
        self._kept = {place: kept for place, kept in self._kept.items() if not condition(kept)}
        return before - len(self._kept)


def _fits(kept, wanted):
    return (
        (wanted.since is None or kept.predicted_at >= wanted.since)
        and (wanted.until is None or kept.predicted_at < wanted.until)
        and (wanted.shipment_id is None or kept.shipment_id == storable(wanted.shipment_id))
        and wanted.model_name in (None, kept.model_name)
        and wanted.model_version in (None, kept.model_version)
        and wanted.late in (None, kept.late)
    )


def _counted(day, model_name, model_version, kept):
    scored = [one.probability for one in kept if one.probability is not None]
    late = Counter(one.late for one in kept)[True]
    errors = sum(one.error is not None for one in kept)
    mean = math.fsum(scored) / len(scored) if scored else None
    return DailyPredictions(day, model_name, model_version, len(kept), late, errors, mean)


def _kept(prediction):
    return replace(
        prediction,
        request_data=fit(json.loads(json.dumps(dict(prediction.request_data)))),
        **{name: storable(getattr(prediction, name)) for name in ("shipment_id", "request_id", "error", "client")},
    )


def fit(value):
    if isinstance(value, dict):
        return {storable(key): fit(one) for key, one in value.items()}
    if isinstance(value, list):
        return [fit(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else storable(value)


def storable(text):
    if not isinstance(text, str):
        return text
    return "".join("\ufffd" if one == "\0" or "\ud800" <= one <= "\udfff" else one for one in text)
