"""Record what a planner did about a shipment."""

from dataclasses import dataclass
from uuid import UUID

from delay_core.errors import ShipmentResolved, UnknownShipment
from delay_core.ports.action_log import Action, ActionLog
from delay_core.ports.outcome_log import OutcomeLog
from delay_core.ports.prediction_reader import PredictionFilter, PredictionReader
from delay_core.shipment_state import ShipmentState, state_after


@dataclass(frozen=True)
class RecordAction:
    """Adds an action to the log if nobody acted on the shipment since the planner looked at it."""

    actions: ActionLog
    outcomes: OutcomeLog
    predictions: PredictionReader

    def __call__(self, action: Action, previous_id: UUID | None) -> tuple[Action, ShipmentState]:
        """The recorded action, once it is durable, and the state of its shipment; repeated, the same.

        `previous_id` is the newest action that the planner saw. Raises UnknownShipment for a shipment without
        predictions; ActionRefused if its outcome is known, if there is a newer action, or if the id is that of another
        action; StoreError.
        """
        shipment_id = action.shipment_id
        history = self.actions.history(shipment_id)
        resolved = bool(self.outcomes.history(shipment_id))
        for earlier in history:
            if earlier.action_id == action.action_id and earlier.kind is action.kind:
                return earlier, state_after(history[-1].kind, resolved=resolved)
        if resolved:
            raise ShipmentResolved("the outcome of this shipment is known: no action can change it any more")
        if not history and not self._is_known(shipment_id):
            raise UnknownShipment("no prediction of this shipment is on record")
        recorded = self.actions.record(action, previous_id)
        return recorded, state_after(recorded.kind)

    def _is_known(self, shipment_id: str) -> bool:
        return bool(self.predictions.read_page(PredictionFilter(shipment_id=shipment_id), limit=1).predictions)
