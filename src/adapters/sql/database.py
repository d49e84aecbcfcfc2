"""One of the product's databases: opened when first needed, its errors told in the product's words."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from adapters.sql import migrations
from adapters.sql.engine import WRITES, make_engine, parsed
from adapters.sql.errors import advice, told
from adapters.sql.migrations import Kind
from delay_core.errors import StoreError
from delay_core.ports.database_migrations import DatabaseMigrations, MigrationState

if TYPE_CHECKING:
    import psycopg

SLOTS = 32
"""So many writers count side by side before two of them wait for each other."""


class Database(DatabaseMigrations):
    """Safe to share between threads. Creating this object opens nothing.

    An embedded database is brought up to date when it is first used; a server's by `delay db upgrade` alone.
    """

    def __init__(self, url: str, kind: Kind) -> None:
        """`sqlite:///<file>` or `postgresql://…`. Raises StoreError for another URL."""
        self._url = parsed(url)
        self.kind: Kind = kind
        self.embedded = self._url.drivername == "sqlite"
        self.name = self._url.set(drivername=self._url.get_backend_name()).render_as_string(hide_password=True)
        """The URL as it may be shown."""
        self.slot = secrets.randbelow(SLOTS)
        self._lock = Lock()
        self._ready = False

    @contextmanager
    def reading(self, purpose: str) -> Iterator[Connection]:
        """A connection; what goes wrong with it becomes a StoreError that names the purpose."""
        with self.told(purpose):
            self._ensure()
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self, purpose: str) -> Iterator[Connection]:
        """As `reading`, in a transaction that is durable when the block has ended well, and undone otherwise."""
        with self.told(purpose), self.transaction() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """As `writing`, but errors come as they are: for whoever knows what to do about one, and stands in `told`."""
        self._ensure()
        with self._engine.execution_options(**{WRITES: True}).begin() as connection:
            yield connection

    @contextmanager
    def bare(self) -> Iterator["psycopg.Connection"]:
        """PostgreSQL's own connection, outside of a transaction; errors come as in `transaction`."""
        self._ensure()
        try:
            pooled = self._engine.raw_connection()
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise OperationalError("connect", None, error) from error
        driver = cast("psycopg.Connection", pooled.driver_connection)
        try:
            yield driver
        finally:
            if driver.closed:
                pooled.invalidate()
            pooled.close()

    @contextmanager
    def told(self, purpose: str) -> Iterator[None]:
        """Within, an error of the database becomes a StoreError that names the purpose."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"cannot {purpose} in {self.name}: {told(error)}; {advice(error)}") from error

    def state(self) -> MigrationState:
        """Which changes the database has seen. Raises StoreError."""
        with self.told(f"look at the database {self.kind}"), self._engine.connect() as connection:
            return migrations.state(connection, self.kind)

    def upgrade(self) -> MigrationState:
        """Apply every change that is missing, all or nothing; where the database is then. Raises StoreError."""
        with self.told(f"upgrade the database {self.kind}"), self._patient() as engine:
            migrations.upgrade(engine, self.kind)
        return self.state()

    def downgrade(self, revision: str) -> MigrationState:
        """Take back every change after this one (`base`: all), with their rows. Raises StoreError."""
        with self.told(f"downgrade the database {self.kind}"), self._patient() as engine:
            migrations.downgrade(engine, self.kind, revision)
        self._ready = False
        return self.state()

    def close(self) -> None:
        """Give up every connection; the next use opens new ones."""
        self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        return make_engine(self._url)

    @contextmanager
    def _patient(self) -> Iterator[Engine]:
        engine = make_engine(self._url, patient=True)
        try:
            yield engine
        finally:
            engine.dispose()

    def _ensure(self) -> None:
        if not self._ready:
            with self._lock:
                self._look()
            self._ready = True

    def _look(self) -> None:
        found = self.state()
        if not found.known:
            raise StoreError(f"{self.name} has change {found.current} of a newer delay-core: update this one")
        if found.up_to_date:
            return
        if self.embedded:
            self.upgrade()
            return
        has = f"has change {found.current}" if found.current else "has no tables yet"
        raise StoreError(f"{self.name} {has}, and {found.latest} is needed: run `delay db upgrade`")
