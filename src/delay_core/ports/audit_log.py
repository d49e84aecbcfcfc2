"""The record of what people and services did to the product itself: who, what, to what, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """At a moment in UTC, `actor` (the name of an API key) did `action` to `subject`, with this `outcome`."""

    entry_id: UUID
    at: datetime
    actor: str
    action: str
    subject: str
    outcome: str
    request_id: str | None

    def __post_init__(self) -> None:
        """Raise ValueError for a time that is not UTC."""
        if self.at.utcoffset() != timedelta(0):
            raise ValueError("at is UTC: use datetime.astimezone(UTC)")


class AuditLog(Protocol):
    """Durable, and only ever added to. Raises StoreError; after one, a batch may be told again without harm.

    Characters that databases do not keep (NUL, halves of surrogate pairs) come back as U+FFFD.
    """

    def append(self, batch: Sequence[AuditEntry]) -> None:
        """Return when the whole batch is durable. An entry is known by its id: told again, it is not added again."""
        ...

    def newest(self, limit: int = 100) -> list[AuditEntry]:
        """At most `limit` (1 to 1,000) entries, newest first. Raises ValueError for another limit."""
        ...
