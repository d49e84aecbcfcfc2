"""Outcomes in memory, beside predictions in memory."""

from collections import defaultdict
from dataclasses import replace

from delay_core.ports import outcome_log as port
from delay_core.ports.outcome_log import PredictionWithOutcome
from fakes.prediction_log import storable


class OutcomeLog(port.OutcomeLog):
    """Sets of records by shipment."""

    def __init__(self, predictions):
        self._predictions = predictions
        self._records = defaultdict(set)

    def append(self, batch):
        for one in batch:
            shipment_id = storable(one.shipment_id)
            self._records[shipment_id].add(replace(one, shipment_id=shipment_id, source=storable(one.source)))

    def history(self, shipment_id):
        return sorted(
            self._records.get(storable(shipment_id), ()),
            key=lambda one: (one.recorded_at, one.known_at, one.late, one.source),
        )

    def joined(self, since, until, model_name=None):
        for batch in self._predictions.window(since, until, model_name):
            histories = [(one, self.history(one.shipment_id)) for one in batch]
            known = [_joined(one, history[-1]) for one, history in histories if history]
            if known:
                yield known

    def erase(self, shipment_id):
        return self._drop(lambda one: one.shipment_id == storable(shipment_id))

    def drop_before(self, moment):
        return self._drop(lambda one: one.recorded_at < moment)

    def _drop(self, condition):
        before = sum(map(len, self._records.values()))
        for records in self._records.values():
            records -= {one for one in records if condition(one)}
        return before - sum(map(len, self._records.values()))


def _joined(one, outcome):
    return PredictionWithOutcome(
        prediction_id=one.prediction_id,
        shipment_id=one.shipment_id,
        predicted_at=one.predicted_at,
        model_name=one.model_name,
        model_version=one.model_version,
        probability=one.probability,
        decided_late=one.late,
        was_late=outcome.late,
        known_at=outcome.known_at,
    )
