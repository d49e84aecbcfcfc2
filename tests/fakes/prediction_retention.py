"""Deleting predictions in memory."""

from collections.abc import Callable
from datetime import UTC, datetime

from delay_core.ports import prediction_retention as port
from delay_core.ports.prediction_log import KeyedAnswer, LoggedPrediction
from fakes.prediction_log import PredictionLog, stored_text


class PredictionRetention(port.PredictionRetention):
    """Deletes from a fake `PredictionLog`."""

    def __init__(self, log: PredictionLog) -> None:
        self._log = log

    def erase(self, shipment_id: str) -> int:
        erased = stored_text(shipment_id)
        self._log.erased_at[erased] = datetime.now(UTC)
        request_ids = {row.request_id for row in self._log.predictions.values() if row.shipment_id == erased}
        self._delete_answers(lambda answer: answer.request_id in request_ids)
        return self._delete(lambda row: row.shipment_id == erased)

    def drop_before(self, moment: datetime) -> int:
        self.drop_answers_before(moment)
        return self._delete(lambda row: row.predicted_at < moment)

    def drop_answers_before(self, moment: datetime) -> int:
        return self._delete_answers(lambda answer: answer.answered_at < moment)

    def _delete_answers(self, condition: Callable[[KeyedAnswer], bool]) -> int:
        answers = self._log.answers
        self._log.answers = {key: answer for key, answer in answers.items() if not condition(answer)}
        return len(answers) - len(self._log.answers)

    def _delete(self, condition: Callable[[LoggedPrediction], bool]) -> int:
        rows, superseded = self._log.predictions, self._log.superseded
        self._log.predictions = {key: row for key, row in rows.items() if not condition(row)}
        self._log.superseded = {key: row for key, row in superseded.items() if not condition(row)}
        return len(rows) + len(superseded) - len(self._log.predictions) - len(self._log.superseded)
