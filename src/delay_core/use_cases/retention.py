"""Retention: what is older than the policy allows is deleted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from delay_core.ports.outcome_log import OutcomeLog
from delay_core.ports.prediction_retention import PredictionRetention


@dataclass(frozen=True)
class Dropped:
    """How much was deleted, all of it from before `moment`."""

    moment: datetime
    predictions: int
    outcomes: int


@dataclass(frozen=True)
class Retention:
    """Keeps predictions, the answers under idempotency keys, and outcomes for so long, and no longer."""

    predictions: PredictionRetention
    outcomes: OutcomeLog

    def __call__(self, keep: timedelta, now: datetime) -> Dropped:
        """Delete what is older than `keep` at `now` (UTC). Raises ValueError when `keep` is not positive."""
        if keep <= timedelta(0):
            raise ValueError(f"keep {keep} would delete everything; give the time for which records are kept")
        moment = now - keep
        # Predictions first: cut short between the two, no prediction has lost the outcome that belongs to it.
        predictions = self.predictions.drop_before(moment)
        return Dropped(moment, predictions, self.outcomes.drop_before(moment))
