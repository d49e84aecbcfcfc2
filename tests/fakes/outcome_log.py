"""Outcomes in memory, beside predictions in memory."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from delay_core.ports import outcome_log as port
from delay_core.ports.outcome_log import Outcome, PredictionWithOutcome
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionReader
from fakes.prediction_log import stored_text


class OutcomeLog(port.OutcomeLog):
    """Sets of records by shipment."""

    def __init__(self, predictions: PredictionReader) -> None:
        self._predictions = predictions
        self._records: defaultdict[str, set[Outcome]] = defaultdict(set)
        self._erased_at: dict[str, datetime] = {}

    def append(self, batch: Sequence[Outcome]) -> None:
        for outcome in batch:
            shipment_id = stored_text(outcome.shipment_id)
            stored = replace(outcome, shipment_id=shipment_id, source=stored_text(outcome.source))
            erased_at = self._erased_at.get(shipment_id)
            if erased_at is None or outcome.recorded_at > erased_at:
                self._records[shipment_id].add(stored)

    def history(self, shipment_id: str) -> list[Outcome]:
        return sorted(
            self._records.get(stored_text(shipment_id), ()),
            key=lambda record: (record.recorded_at, record.known_at, record.late, record.source),
        )

    def histories(self, shipment_ids: Collection[str], until: datetime) -> Mapping[str, Sequence[Outcome]]:
        histories = {
            stored_text(one): [record for record in self.history(one) if record.recorded_at <= until]
            for one in shipment_ids
        }
        return {shipment_id: history for shipment_id, history in histories.items() if history}

    def join_predictions(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[PredictionWithOutcome]]:
        for batch in self._predictions.read_window(since, until, model_name):
            histories = [(row, self.history(row.shipment_id)) for row in batch if row.shipment_id is not None]
            known = [_join(row, history[-1]) for row, history in histories if history]
            if known:
                yield known

    def erase(self, shipment_id: str) -> int:
        self._erased_at[stored_text(shipment_id)] = datetime.now(UTC)
        return self._delete(lambda record: record.shipment_id == stored_text(shipment_id))

    def drop_before(self, moment: datetime) -> int:
        return self._delete(lambda record: record.recorded_at < moment)

    def _delete(self, condition: Callable[[Outcome], bool]) -> int:
        before = sum(map(len, self._records.values()))
        for records in self._records.values():
            records -= {record for record in records if condition(record)}
        return before - sum(map(len, self._records.values()))


def _join(row: LoggedPrediction, outcome: Outcome) -> PredictionWithOutcome:
    return PredictionWithOutcome(
        prediction_id=row.prediction_id,
        shipment_id=outcome.shipment_id,
        predicted_at=row.predicted_at,
        model_name=row.model_name,
        model_version=row.model_version,
        probability=row.probability,
        decided_late=row.late,
        was_late=outcome.late,
        known_at=outcome.known_at,
    )
