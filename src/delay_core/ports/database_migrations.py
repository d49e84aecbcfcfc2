"""The schema changes of one of the product's databases."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class MigrationState:
    """The revision of a database (None: no tables yet), and the latest one that this version of the product knows."""

    current: str | None
    latest: str
    known: bool
    """Whether this version of the product knows `current`."""
    compatible: bool = False
    """Whether `current` is of a newer version that only expanded the schema: this version works with it."""

    @property
    def up_to_date(self) -> bool:
        """Whether no change is missing."""
        return self.current == self.latest


class DatabaseMigrations(Protocol):
    """Applies and reverts changes, each call in one transaction: all of its changes or none. Raises StoreError."""

    name: str
    """The URL of the database without its password, for messages."""

    def state(self) -> MigrationState:
        """The revision of the database; changes nothing."""
        ...

    def upgrade(self) -> MigrationState:
        """Apply every missing change and grant each role its rights; a second call changes nothing."""
        ...

    def downgrade(self, revision: str) -> MigrationState:
        """Revert every change after this revision (`base`: all), with the rows that they hold."""
        ...
