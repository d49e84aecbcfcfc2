"""The worklist in memory: what a query over the whole log would return."""

from datetime import datetime
from uuid import UUID

from delay_core.ports import worklist as port
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.worklist import OpenShipment, OpenShipments, PromisedField, WorklistFilter, WorklistPosition
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog, stored_text


class Worklist(port.Worklist):
    """Reads the fakes of the logs."""

    def __init__(self, predictions: PredictionLog, outcomes: OutcomeLog, actions: ActionLog) -> None:
        self._predictions = predictions
        self._outcomes = outcomes
        self._actions = actions
        self._promised: PromisedField | None = None

    def refresh(self, model_name: str, promised: PromisedField | None, active_since: datetime, now: datetime) -> None:
        self._promised = promised

    def read(
        self, conditions: WorklistFilter, limit: int, capacity: int, after: WorklistPosition | None = None
    ) -> OpenShipments:
        newest: dict[str, LoggedPrediction] = {}
        for _, prediction in sorted(self._predictions.predictions.items()):
            has_values = prediction.shipment_id is not None and prediction.probability is not None
            if has_values and prediction.model_name == conditions.model_name:
                newest[str(prediction.shipment_id)] = prediction
        shipments = sorted(
            (
                shipment
                for shipment_id, prediction in newest.items()
                if not self._outcomes.history(shipment_id)
                and _matches(shipment := self._open_shipment(shipment_id, prediction), conditions)
            ),
            key=_order,
        )
        by_due_time = sorted(shipments, key=lambda one: (one.due_at is None, one.due_at or one.predicted_at))
        start = None if after is None else (-after.probability, after.prediction_id)
        return OpenShipments(
            page=[one for one in shipments if start is None or _order(one) > start][:limit],
            total=len(shipments),
            highest=[one.probability for one in shipments[:capacity]],
            due_first=[one.probability for one in by_due_time[:capacity]],
        )

    def drop_closed(self, model_name: str, active_since: datetime) -> int:
        return 0

    def _open_shipment(self, shipment_id: str, prediction: LoggedPrediction) -> OpenShipment:
        due_at = None
        if self._promised is not None:
            text = prediction.request_data.get(self._promised.name)
            due_at = None if text is None else self._promised.read([str(text)])[0]
        history = self._actions.history(shipment_id)
        return OpenShipment(
            shipment_id=shipment_id,
            prediction_id=prediction.prediction_id,
            predicted_at=prediction.predicted_at,
            point=prediction.point,
            due_at=due_at or prediction.point,
            model_version=prediction.model_version,
            probability=prediction.probability or 0.0,
            last_action=history[-1].kind if history else None,
        )


def _order(shipment: OpenShipment) -> tuple[float, UUID]:
    return -shipment.probability, shipment.prediction_id


def _matches(shipment: OpenShipment, conditions: WorklistFilter) -> bool:
    point, probability = shipment.point, shipment.probability
    return (
        max(point or shipment.predicted_at, shipment.predicted_at) >= conditions.active_since
        and (conditions.last_actions is None or shipment.last_action in conditions.last_actions)
        and conditions.model_version in (None, shipment.model_version)
        and (conditions.min_probability is None or probability >= conditions.min_probability)
        and (conditions.below_probability is None or probability < conditions.below_probability)
        and (conditions.point_since is None or (point is not None and point >= conditions.point_since))
        and (conditions.point_until is None or (point is not None and point < conditions.point_until))
        and shipment.shipment_id.startswith(stored_text(conditions.shipment_id_prefix or ""))
    )
