"""What people did about shipments after a prediction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

MAX_REASON_LENGTH = 64
MAX_NOTE_LENGTH = 1000


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


class ActionLog(Protocol):
    """Durable and append-only. All methods raise StoreError; after one, the call can be repeated without harm.

    Characters that databases refuse (NUL, unpaired surrogates) are read back as U+FFFD.
    """

    def append(self, batch: Sequence[Action]) -> None:
        """Return when the whole batch is durable. An action whose id is recorded already is not added again."""
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
