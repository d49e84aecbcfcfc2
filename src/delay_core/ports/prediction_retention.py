"""Deleting from the prediction log: one shipment's predictions, or all that are older than a moment."""

from datetime import datetime
from typing import Protocol


class PredictionRetention(Protocol):
    """Deletes what a `PredictionLog` wrote. All methods raise StoreError; after one, the call can be repeated."""

    def erase(self, shipment_id: str) -> int:
        """Delete all predictions of the shipment, and the keyed answers that contain one; the number of predictions.

        What was predicted before this moment and is appended later, by any process, is not stored.
        """
        ...

    def drop_before(self, moment: datetime) -> int:
        """Delete all predictions and keyed answers from before the moment (UTC); the number of predictions."""
        ...

    def drop_answers_before(self, moment: datetime) -> int:
        """Delete all keyed answers from before the moment (UTC), not their predictions; the number of answers."""
        ...
