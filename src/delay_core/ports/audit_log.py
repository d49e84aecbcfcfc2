"""The record of what people and services did to the product itself: who, what, to which subject, with which result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

MAX_ENTRIES = 1000
"""Entries that one call reads at most."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`actor` (the name of an API key) did `action` to `subject` at a time in UTC, with this `outcome`."""

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
    """Durable and append-only. Both methods raise StoreError; after one, a batch can be appended again without harm.

    Characters that databases refuse (NUL, unpaired surrogates) are read back as U+FFFD.
    """

    def append(self, batch: Sequence[AuditEntry]) -> None:
        """Return when the whole batch is durable. An entry whose id is recorded already is not added again."""
        ...

    def newest(self, limit: int = 100) -> list[AuditEntry]:
        """At most `limit` (1 to MAX_ENTRIES) entries, newest first. Raises ValueError for another limit."""
        ...
