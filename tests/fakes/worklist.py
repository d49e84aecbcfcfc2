"""The worklist in memory: what a query over the whole log would return."""

from collections.abc import Sequence
from datetime import datetime

from delay_core.ports import worklist as port
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.worklist import OpenShipment, WorklistFilter
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog, stored_text


class Worklist(port.Worklist):
    """Reads the fakes of the logs."""

    def __init__(self, predictions: PredictionLog, outcomes: OutcomeLog, actions: ActionLog) -> None:
        self._predictions = predictions
        self._outcomes = outcomes
        self._actions = actions
        self._promised_field: str | None = None

    def refresh(self, model_name: str, promised_field: str | None, active_since: datetime, now: datetime) -> None:
        self._promised_field = promised_field

    def read(self, conditions: WorklistFilter) -> Sequence[OpenShipment]:
        newest: dict[str, LoggedPrediction] = {}
        for _, prediction in sorted(self._predictions.predictions.items()):
            has_values = prediction.shipment_id is not None and prediction.probability is not None
            if has_values and prediction.model_name == conditions.model_name:
                newest[str(prediction.shipment_id)] = prediction
        shipments = [
            self._open_shipment(shipment_id, prediction)
            for shipment_id, prediction in newest.items()
            if _matches(shipment_id, prediction, conditions) and not self._outcomes.history(shipment_id)
        ]
        return sorted(shipments, key=lambda one: (-one.probability, one.prediction_id))

    def drop_closed(self, model_name: str, active_since: datetime) -> int:
        return 0

    def _open_shipment(self, shipment_id: str, prediction: LoggedPrediction) -> OpenShipment:
        promised = prediction.request_data.get(self._promised_field or "")
        history = self._actions.history(shipment_id)
        return OpenShipment(
            shipment_id=shipment_id,
            prediction_id=prediction.prediction_id,
            predicted_at=prediction.predicted_at,
            point=prediction.point,
            model_version=prediction.model_version,
            probability=prediction.probability or 0.0,
            promised=None if promised is None else str(promised),
            last_action=history[-1].kind if history else None,
        )


def _matches(shipment_id: str, prediction: LoggedPrediction, conditions: WorklistFilter) -> bool:
    point, probability = prediction.point, prediction.probability or 0.0
    return (
        max(point or prediction.predicted_at, prediction.predicted_at) >= conditions.active_since
        and (conditions.min_probability is None or probability >= conditions.min_probability)
        and (conditions.point_since is None or (point is not None and point >= conditions.point_since))
        and (conditions.point_until is None or (point is not None and point < conditions.point_until))
        and shipment_id.startswith(stored_text(conditions.shipment_id_prefix or ""))
    )
