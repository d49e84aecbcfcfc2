"""How many rows wait for an unavailable database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class OutboxState:
    """Rows in the outbox: `pending` wait for the database, `dead_letters` were refused by it."""

    pending: int
    dead_letters: int
    limit: int
    """The number of rows from which the outbox accepts no more."""
    oldest: datetime | None
    """The time (UTC) of the oldest pending prediction, outcome or audit entry."""
    database_up: bool
    """Whether the latest operation of this process on the database succeeded."""
    last_error: str | None


class OutboxStatus(Protocol):
    """What health checks and metrics read of the outbox."""

    def state(self) -> OutboxState:
        """The state of the outbox that all processes of this machine share. Raises StoreError."""
        ...
