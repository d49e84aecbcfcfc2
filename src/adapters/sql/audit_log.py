"""The audit log in PostgreSQL, where no role of a service can change it, or in SQLite."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.database import Database
from adapters.sql.serving_tables import audit_log
from delay_core.ports import audit_log as port
from delay_core.ports.audit_log import MAX_ENTRIES, AuditEntry

_INSERTS = {
    "postgresql": postgresql.insert(audit_log).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(audit_log).on_conflict_do_nothing(),
}


class AuditLog(port.AuditLog):
    """The table `audit_log`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, batch: Sequence[AuditEntry]) -> None:
        if not batch:
            return
        rows = [
            {
                "entry_id": entry.entry_id,
                "at": entry.at,
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "outcome": entry.outcome,
                "request_id": entry.request_id,
            }
            for entry in sorted(batch, key=lambda entry: entry.entry_id)  # so that two writers do not deadlock
        ]
        with self._database.begin(f"record {len(rows)} entries of the audit log") as connection:
            connection.execute(_INSERTS[connection.dialect.name], rows)

    def newest(self, limit: int = 100) -> list[AuditEntry]:
        if not 1 <= limit <= MAX_ENTRIES:
            raise ValueError(f"limit {limit} is outside 1 to {MAX_ENTRIES}")
        query = select(audit_log).order_by(audit_log.c.at.desc(), audit_log.c.entry_id.desc()).limit(limit)
        with self._database.connect("read the audit log") as connection:
            return [AuditEntry(**row) for row in connection.execute(query).mappings()]
