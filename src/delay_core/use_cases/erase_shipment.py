"""Erase a shipment: everything that the logs hold about it is deleted."""

from dataclasses import dataclass

from delay_core.ports.outcome_log import OutcomeLog
from delay_core.ports.prediction_retention import PredictionRetention


@dataclass(frozen=True)
class Erased:
    """How many records of the shipment were deleted."""

    predictions: int
    outcomes: int


@dataclass(frozen=True)
class EraseShipment:
    """Deletes a shipment's predictions, the answers kept under keys, and outcomes; cut short, it may be asked again."""

    predictions: PredictionRetention
    outcomes: OutcomeLog

    def __call__(self, shipment_id: str) -> Erased:
        """How much there was; zeros for a shipment that nobody knows."""
        return Erased(self.predictions.erase(shipment_id), self.outcomes.erase(shipment_id))
