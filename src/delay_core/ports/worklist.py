"""Shipments that wait for a decision: predicted lately, and without an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from delay_core.ports.action_log import ActionKind


@dataclass(frozen=True, slots=True)
class OpenShipment:
    """A shipment, its newest prediction, and what was done last. `promised` is the promised time as it was sent."""

    shipment_id: str
    prediction_id: UUID
    predicted_at: datetime
    point: datetime | None
    model_version: int
    probability: float
    promised: str | None
    last_action: ActionKind | None


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """Conditions that a shipment must all meet; None is no condition. Times are UTC: `since` included, `until` not.

    `active_since`: its newest prediction, or the prediction point of that, is at this time or later.
    """

    model_name: str
    active_since: datetime
    min_probability: float | None = None
    point_since: datetime | None = None
    point_until: datetime | None = None
    shipment_id_prefix: str | None = None


class Worklist(Protocol):
    """A projection of the prediction log: the newest prediction of each shipment that has no outcome.

    Predictions without a shipment or a probability do not count, nor superseded ones. All methods raise StoreError;
    after one, the call can be repeated.
    """

    def refresh(self, model_name: str, promised_field: str | None, active_since: datetime, now: datetime) -> None:
        """Take in every prediction of the model since `active_since` that was logged before this call.

        `promised_field` is the field of a shipment that holds the promised time. Two processes may refresh at once.
        """
        ...

    def read(self, conditions: WorklistFilter) -> Sequence[OpenShipment]:
        """The shipments as the last refresh left them, without those that have an outcome now.

        In the order of falling probability; of equal ones, by the ids of their predictions.
        """
        ...

    def drop_closed(self, model_name: str, active_since: datetime) -> int:
        """Forget the shipments that `read` does not return any more; their number. `read` returns the same after it."""
        ...
