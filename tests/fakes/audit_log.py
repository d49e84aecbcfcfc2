"""Audit entries in memory."""

from dataclasses import replace

from delay_core.ports import audit_log as port
from fakes.prediction_log import storable


class AuditLog(port.AuditLog):
    """A dictionary by entry id."""

    def __init__(self):
        self._entries = {}

    def append(self, batch):
        for entry in batch:
            words = {name: storable(getattr(entry, name)) for name in _WORDS}
            self._entries.setdefault(entry.entry_id, replace(entry, **words))

    def newest(self, limit=100):
        if not 1 <= limit <= port.MOST_ENTRIES:
            raise ValueError(f"limit {limit} is outside 1 to {port.MOST_ENTRIES}")
        return sorted(self._entries.values(), key=lambda entry: (entry.at, entry.entry_id), reverse=True)[:limit]


_WORDS = ("actor", "action", "subject", "outcome", "request_id")
