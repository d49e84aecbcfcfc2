"""What the test has to remember of all windows before: a few numbers, however long the version serves."""

from datetime import UTC, datetime

import numpy as np
from pydantic import BaseModel, ConfigDict

from delay_core.monitoring.loss_test.start_mixture import StartMixture


class LossTestState(BaseModel):
    """The state after a window; as JSON it is the input of the next one.

    `windows` with outcomes, and `outcomes`, were counted. Of each alternative: `log_sum` and `log_best` as in
    `StartMixture`, `best_start` in seconds since 1970.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    windows: int = 0
    outcomes: int = 0
    log_sum: tuple[float, ...] = ()
    log_best: tuple[float, ...] = ()
    best_start: tuple[int, ...] = ()

    def mixture(self, alternatives: int) -> StartMixture:
        """The evidence; raises ValueError if the state is that of a test with another number of alternatives."""
        if self.windows == 0:
            return StartMixture.empty(alternatives)
        if len(self.log_sum) != alternatives:
            raise ValueError(
                f"the state has {len(self.log_sum)} alternatives, the test {alternatives}; compute the windows of this "
                "version again from the first"
            )
        return StartMixture(np.array(self.log_sum), np.array(self.log_best), np.array(self.best_start))

    def after(self, mixture: StartMixture, outcomes: int) -> "LossTestState":
        """The state after one more window with so many outcomes."""
        return LossTestState(
            windows=self.windows + 1,
            outcomes=self.outcomes + outcomes,
            log_sum=tuple(mixture.log_sum.tolist()),
            log_best=tuple(mixture.log_best.tolist()),
            best_start=tuple(mixture.best_start.tolist()),
        )


def to_seconds(time: datetime) -> int:
    """Seconds since 1970 of the start of a window."""
    return int(time.timestamp())


def from_seconds(seconds: int) -> datetime:
    """The inverse of `to_seconds`."""
    return datetime.fromtimestamp(seconds, UTC)
