"""What people did about shipments after a prediction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from delay_core.errors import NewerAction, ReusedActionId

MAX_REASON_LENGTH = 64
MAX_NOTE_LENGTH = 1000
MAX_PAGE_ACTIONS = 1000


class ActionKind(StrEnum):
    """What was done: only `acted` can have changed the outcome."""

    ACKNOWLEDGED = "acknowledged"
    ACTED = "acted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Action:
    """`actor` did this about the shipment at a time in UTC; `reason` is a code of the company, `note` free text.

    Two actions with the same `action_id` are the same action.
    """

    action_id: UUID
    shipment_id: str
    kind: ActionKind
    actor: str
    at: datetime
    reason: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a time that is not UTC, and for texts that are too long."""
        if self.at.utcoffset() != timedelta(0):
            raise ValueError("at is UTC: use datetime.astimezone(UTC)")
        for name, text, limit in (("reason", self.reason, MAX_REASON_LENGTH), ("note", self.note, MAX_NOTE_LENGTH)):
            if text is not None and len(text) > limit:
                raise ValueError(f"{name} has {len(text)} characters; at most {limit} are allowed")


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """Conditions that an action must all meet; None is no condition. From `since` on, before `until`; both UTC."""

    shipment_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: ActionKind | None = None


@dataclass(frozen=True, slots=True)
class ActionPage:
    """Actions, newest first; `next_cursor` is the cursor of the next page, None on the last one."""

    actions: tuple[Action, ...]
    next_cursor: str | None


class ActionLog(Protocol):
    """Durable and append-only. All methods raise StoreError; after one, the call can be repeated without harm.

    Characters that databases refuse (NUL, unpaired surrogates) are read back as U+FFFD.
    """

    def append(self, batch: Sequence[Action]) -> None:
        """Return when the whole batch is durable. An action whose id is recorded already is not added again."""
        ...

    def record(self, action: Action, previous_id: UUID | None) -> Action:
        """Add the action if the newest one on its shipment has this id (None: there is none); as it is stored.

        Of two calls with the same `previous_id`, by any processes, one adds its action and the other raises
        NewerAction. The added action is the newest one: where clocks differ, its time is moved behind the one before.

        An id that is recorded already adds nothing: it returns the recorded action, or raises ReusedActionId if that
        is on another shipment or of another kind. An action from before the erasure of its shipment is returned as if
        it had been added and then erased.
        """
        ...

    def newest(self, shipment_ids: Collection[str]) -> Mapping[str, Action]:
        """The newest action on each of these shipments; those without one are absent."""
        ...

    def read_page(self, conditions: ActionFilter, limit: int = 100, cursor: str | None = None) -> ActionPage:
        """At most `limit` (1 to MAX_PAGE_ACTIONS) actions that meet the conditions, newest first, from the cursor on.

        Raises ValueError for a limit outside the range, or a cursor that no page returned.
        """
        ...

    def history(self, shipment_id: str) -> list[Action]:
        """All actions on the shipment, the last one last; of the same time, by id."""
        ...

    def acted_on(self, shipment_ids: Collection[str]) -> Mapping[str, datetime]:
        """When somebody first acted on each of these shipments (UTC); the others are absent."""
        ...

    def erase(self, shipment_id: str) -> int:
        """Delete all actions on the shipment; their number.

        What was done before this moment and is appended later, by any process, is not stored.
        """
        ...

    def drop_before(self, moment: datetime) -> int:
        """Delete all actions from before the moment (UTC); their number."""
        ...


def check_previous(newest: Action | None, previous_id: UUID | None) -> None:
    """Raises NewerAction unless the newest action on a shipment has this id."""
    if newest is None and previous_id is not None:
        raise NewerAction(f"there is no action on this shipment, so none with the id {previous_id}")
    if newest is not None and newest.action_id != previous_id:
        raise NewerAction(
            f"{newest.actor} was first: {newest.kind.value} at {newest.at:%Y-%m-%d %H:%M:%S} UTC, "
            f"action {newest.action_id}; read the actions on the shipment and decide again"
        )


def check_repetition(recorded: Action, action: Action, shipment_id: str) -> None:
    """Raises ReusedActionId unless the recorded action with the same id is this one; `shipment_id` as it is stored."""
    if (recorded.shipment_id, recorded.kind) != (shipment_id, action.kind):
        raise ReusedActionId(f"action_id {action.action_id} is that of another action; create a new id for each action")
