"""Audit entries in memory."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from delay_core.ports import audit_log as port
from delay_core.ports.audit_log import MAX_ENTRIES, AuditEntry
from fakes.prediction_log import stored_text


class AuditLog(port.AuditLog):
    """Entries by id."""

    def __init__(self) -> None:
        self._entries: dict[UUID, AuditEntry] = {}

    def append(self, batch: Sequence[AuditEntry]) -> None:
        for entry in batch:
            stored = replace(
                entry,
                actor=stored_text(entry.actor),
                action=stored_text(entry.action),
                subject=stored_text(entry.subject),
                outcome=stored_text(entry.outcome),
                request_id=stored_text(entry.request_id),
            )
            self._entries.setdefault(entry.entry_id, stored)

    def newest(self, limit: int = 100) -> list[AuditEntry]:
        if not 1 <= limit <= MAX_ENTRIES:
            raise ValueError(f"limit {limit} is outside 1 to {MAX_ENTRIES}")
        return sorted(self._entries.values(), key=lambda entry: (entry.at, entry.entry_id), reverse=True)[:limit]
