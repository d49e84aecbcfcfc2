"""Erase a shipment: delete all records of it."""

from dataclasses import dataclass

from delay_core.ports.action_log import ActionLog
from delay_core.ports.outcome_log import OutcomeLog
from delay_core.ports.prediction_retention import PredictionRetention


@dataclass(frozen=True)
class ErasureReport:
    """The number of deleted records."""

    predictions: int
    outcomes: int
    actions: int


@dataclass(frozen=True)
class EraseShipment:
    """Deletes a shipment's predictions, responses under their idempotency keys, outcomes, and the actions on it.

    If a run is interrupted, another run completes it.
    """

    predictions: PredictionRetention
    outcomes: OutcomeLog
    actions: ActionLog

    def __call__(self, shipment_id: str) -> ErasureReport:
        """Delete them; zeros for an unknown shipment. Raises StoreError."""
        return ErasureReport(
            self.predictions.erase(shipment_id), self.outcomes.erase(shipment_id), self.actions.erase(shipment_id)
        )
