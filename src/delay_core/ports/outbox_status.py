"""How many rows wait for an unavailable database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class OutboxState:
    """Rows in the outbox: `pending` wait for the database, `dead_letters` were refused by it.

    If the file cannot be read, the numbers are 0, and `file_error` says why.
    """

    pending: int
    dead_letters: int
    limit: int
    """The number of rows from which the outbox accepts no more."""
    oldest: datetime | None
    """The time (UTC) of the oldest pending prediction, outcome or audit entry."""
    database_up: bool
    """Whether the latest operation of this process on the database succeeded."""
    last_error: str | None
    size: int = 0
    """Bytes of all rows."""
    max_size: int = 2**31
    """The number of bytes that the outbox does not exceed."""
    superseded: int = 0
    """Predictions, since the file was created, whose idempotency key another replica had answered before."""
    file_error: str | None = None
    """Why the outbox's file cannot be used; then rows go to the database alone."""

    @property
    def rows(self) -> int:
        """All rows."""
        return self.pending + self.dead_letters

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another row of the size that rows have on average."""
        average = self.size // self.rows if self.rows else 0
        return self.rows >= self.limit or self.size + average > self.max_size


class OutboxStatus(Protocol):
    """What health checks and metrics read of the outbox."""

    def state(self) -> OutboxState:
        """The state of the outbox that all processes of this machine share; raises no error."""
        ...
