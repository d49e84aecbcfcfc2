"""Migrations of a database that has no tables, only revisions."""

from delay_core.errors import StoreError
from delay_core.ports import database_migrations as port
from delay_core.ports.database_migrations import MigrationState

REVISIONS = ("0001", "0002")


class DatabaseMigrations(port.DatabaseMigrations):
    def __init__(self, name: str = "memory://") -> None:
        self.name = name
        self._current: str | None = None

    def state(self) -> MigrationState:
        return MigrationState(self._current, REVISIONS[-1], known=True)

    def upgrade(self) -> MigrationState:
        self._current = REVISIONS[-1]
        return self.state()

    def downgrade(self, revision: str) -> MigrationState:
        if revision != "base" and revision not in REVISIONS:
            raise StoreError(f"cannot downgrade {self.name}: no revision {revision}")
        self._current = None if revision == "base" else revision
        return self.state()
