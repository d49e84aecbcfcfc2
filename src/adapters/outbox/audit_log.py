"""The audit log before which the journal stands."""

from collections.abc import Sequence

from adapters.outbox.journal import Journal
from adapters.outbox.rows import entry_row
from delay_core.ports import audit_log as port
from delay_core.ports.audit_log import AuditEntry


class AuditLog(port.AuditLog):
    """Adds to the inner log, or to the journal while that one is away. Reads what the inner log holds."""

    def __init__(self, journal: Journal, inner: port.AuditLog) -> None:
        self._inner = inner
        self._lane = journal.lane("audit", inner.append)

    def append(self, batch: Sequence[AuditEntry]) -> None:
        if batch:
            rows = [entry_row(one) for one in batch]
            self._lane.write(lambda: self._inner.append(batch), lambda connection: self._lane.put(connection, rows))

    def newest(self, limit: int = 100) -> list[AuditEntry]:
        return self._inner.newest(limit)
