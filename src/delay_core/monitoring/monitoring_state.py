"""What the next window of a version continues from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from delay_core.monitoring.loss_test import LossTestState
from delay_core.monitoring.policy import PolicyState, Promotion


class MonitoringState(BaseModel):
    """The state after a window; JSON values hold it.

    `promoted_at` is when the version made its first prediction, `predecessor` the version that predicted before it.
    `last_due` is when the last outcome of the window's predictions counts as evidence; None while some do not yet.
    `estimate_inputs` is the digest of what the performance was estimated from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    promoted_at: datetime
    predecessor: int | None = None
    loss: LossTestState = LossTestState()
    policy: PolicyState = PolicyState()
    last_due: datetime | None = None
    estimate_inputs: str | None = None

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Self:
        """The state that `as_json` wrote."""
        return cls.model_validate(values)

    def as_json(self) -> dict[str, object]:
        """The state as JSON values."""
        return self.model_dump(mode="json")

    def promotion(self, *, predecessor_is_good: bool) -> Promotion:
        """The promotion of the version, as the policy reads it."""
        return Promotion(self.promoted_at, self.predecessor, predecessor_is_good)

    def counts_before(self, moment: datetime) -> bool:
        """Whether all outcomes of the window count as evidence before the moment."""
        return self.last_due is not None and self.last_due < moment
