"""Shipments that wait for a decision: predicted lately, and without an outcome."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from delay_core.ports.action_log import ActionKind


@dataclass(frozen=True, slots=True)
class OpenShipment:
    """A shipment, its newest prediction, and what was done last.

    `due_at` (UTC) is its promised time, or else its prediction point.
    """

    shipment_id: str
    prediction_id: UUID
    predicted_at: datetime
    point: datetime | None
    due_at: datetime | None
    model_version: int
    probability: float
    last_action: ActionKind | None


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """Conditions that a shipment must all meet; None is no condition. Times are UTC: `since` included, `until` not.

    `active_since`: its newest prediction, or the prediction point of that, is at this time or later. `last_actions`:
    what was done last is any of these; None among them is nothing. `below_probability` is excluded.
    """

    model_name: str
    active_since: datetime
    last_actions: frozenset[ActionKind | None] | None = None
    model_version: int | None = None
    min_probability: float | None = None
    below_probability: float | None = None
    point_since: datetime | None = None
    point_until: datetime | None = None
    shipment_id_prefix: str | None = None


class WorklistPosition(NamedTuple):
    """The place of a shipment in the order of the worklist."""

    probability: float
    prediction_id: UUID


@dataclass(frozen=True, slots=True)
class OpenShipments:
    """A page of the shipments that meet conditions, and what a plan needs of all of them.

    `highest` are the probabilities of the first shipments in the order of the worklist; `due_first`, in any order, of
    those that are due first. Shipments without a due time are due last.
    """

    page: Sequence[OpenShipment]
    total: int
    highest: Sequence[float]
    due_first: Sequence[float]


@dataclass(frozen=True, slots=True)
class PromisedField:
    """The field of a shipment that has its promised time; `read` has the times (UTC) in texts, None for other texts."""

    name: str
    read: Callable[[Sequence[str]], Sequence[datetime | None]]


class Worklist(Protocol):
    """A projection of the prediction log: the newest prediction of each shipment that has no outcome.

    Predictions without a shipment or a probability do not count, nor superseded ones. All methods raise StoreError;
    after one, the call can be repeated.
    """

    def refresh(self, model_name: str, promised: PromisedField | None, active_since: datetime, now: datetime) -> None:
        """Take in every prediction of the model since `active_since` that was logged before this call.

        Two processes may refresh at once.
        """
        ...

    def read(
        self, conditions: WorklistFilter, limit: int, capacity: int, after: WorklistPosition | None = None
    ) -> OpenShipments:
        """The shipments as the last refresh left them, without those that have an outcome now.

        In the order of falling probability; of equal ones, by the ids of their predictions. The page has at most
        `limit` shipments, the first of all or the first `after` a position; `highest` and `due_first` have at most
        `capacity` probabilities.
        """
        ...

    def drop_closed(self, model_name: str, active_since: datetime) -> int:
        """Forget the shipments that `read` does not return any more; their number. `read` returns the same after it."""
        ...
