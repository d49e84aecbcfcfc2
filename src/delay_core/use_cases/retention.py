"""Apply retention: delete records that are older than the policy allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from delay_core.ports.action_log import ActionLog
from delay_core.ports.outcome_log import OutcomeLog
from delay_core.ports.prediction_retention import PredictionRetention


@dataclass(frozen=True)
class RetentionReport:
    """The number of deleted records, all of them from before `moment` (UTC)."""

    moment: datetime
    predictions: int
    outcomes: int
    actions: int
    answers: int = 0
    """Responses under idempotency keys, which have a lifetime of their own."""


@dataclass(frozen=True)
class ApplyRetention:
    """Deletes old predictions, responses under idempotency keys, outcomes, and actions."""

    predictions: PredictionRetention
    outcomes: OutcomeLog
    actions: ActionLog
    key_lifetime: timedelta = timedelta(hours=72)

    def __call__(self, keep: timedelta, now: datetime) -> RetentionReport:
        """Delete what is older than `keep` at `now` (UTC). Raises ValueError if `keep` is not positive, StoreError."""
        if keep <= timedelta(0):
            raise ValueError(f"keep {keep} would delete everything; give the time for which records are kept")
        moment = now - keep
        answers = self.predictions.drop_answers_before(now - min(keep, self.key_lifetime))
        # Predictions first: if the run is interrupted, no prediction has lost its outcome or an action.
        predictions = self.predictions.drop_before(moment)
        outcomes, actions = self.outcomes.drop_before(moment), self.actions.drop_before(moment)
        return RetentionReport(moment, predictions, outcomes, actions, answers)
