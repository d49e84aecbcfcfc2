"""One of the product's databases: opened on first use, with errors in the product's words."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from adapters.sql import migrations
from adapters.sql.connection_options import ConnectionOptions
from adapters.sql.engine import WRITES, make_sqlite_engine, parse_url
from adapters.sql.errors import find_hint, message
from adapters.sql.migrations import Kind
from adapters.sql.postgresql.months import create_ahead
from delay_core.errors import MigrationRequired, StoreError
from delay_core.ports.database_migrations import DatabaseMigrations, MigrationState

if TYPE_CHECKING:
    from adapters.sql.postgresql.deadline_connection import DeadlineConnection
    from adapters.sql.postgresql.engine import Connector

COUNTER_SLOTS = 32
"""Up to this many writers update their daily counts without waiting for each other."""


class Database(DatabaseMigrations):
    """Safe to share between threads. The constructor opens nothing.

    The tables of an embedded database are created and migrated on first use, those of a server only by `upgrade`.
    """

    def __init__(self, url: str, kind: Kind, options: ConnectionOptions | None = None) -> None:
        """`sqlite:///<file>` or `postgresql://…`. Raises StoreError for another URL."""
        self._url = parse_url(url)
        self._options = options or ConnectionOptions()
        self.kind: Kind = kind
        self.embedded = self._url.drivername == "sqlite"
        redacted = self._url.set(drivername=self._url.get_backend_name())
        self.name = str(redacted.database) if self.embedded else redacted.render_as_string(hide_password=True)
        """Its file, or its URL without the password: for people."""
        self.slot = secrets.randbelow(COUNTER_SLOTS)
        self._lock = Lock()
        self._ready = False

    def open(self) -> None:
        """Open connections and create partitions before they are needed. Raises StoreError."""
        with self.connect("connect"), self.begin("connect") as connection:
            if self.kind == "serving" and not self.embedded:
                create_ahead(connection)

    @contextmanager
    def connect(self, purpose: str) -> Iterator[Connection]:
        """A connection to read from. Errors become StoreErrors that name the purpose, such as "read outcomes"."""
        with self.translate_errors(purpose):
            self._ensure_schema()
            with self._read_engine.connect() as connection:
                yield connection

    @contextmanager
    def begin(self, purpose: str) -> Iterator[Connection]:
        """As `connect`, in a transaction: durable when the block ends without an error, rolled back otherwise."""
        with self.translate_errors(purpose), self.begin_raw() as connection:
            yield connection

    @contextmanager
    def begin_raw(self) -> Iterator[Connection]:
        """As `begin`, with SQLAlchemy's errors, for callers that handle some; to be used in `translate_errors`."""
        self._ensure_schema()
        with self._engine.execution_options(**{WRITES: True}).begin() as connection:
            yield connection

    def execute_outside_transaction(self, purpose: str, statement: str) -> None:
        """Execute a statement that PostgreSQL refuses in a transaction. Raises StoreError."""
        with self.translate_errors(purpose), self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(statement)

    @contextmanager
    def driver_connection(self) -> Iterator["DeadlineConnection"]:
        """Psycopg's own connection, in autocommit; errors as in `begin_raw`. PostgreSQL only."""
        pooled = self._check_out()
        driver = cast("DeadlineConnection", pooled.driver_connection)
        try:
            driver.autocommit = True
            yield driver
        except BaseException:
            if not driver.closed:
                driver.rollback()
            raise
        finally:
            if driver.closed:
                pooled.invalidate()
            else:
                driver.autocommit = False
            pooled.close()

    def detached_connection(self) -> "DeadlineConnection | None":
        """Psycopg's own connection, in autocommit and outside of the pool: the caller closes it.

        None for an embedded database, and where a pooler shares sessions, in which nothing stays prepared. Errors are
        those of `begin_raw`.
        """
        if self.embedded:
            return None
        pooled = self._check_out()
        driver = cast("DeadlineConnection", pooled.driver_connection)
        pooled.detach()
        if self._connector.behind_pooler:
            driver.close()
            return None
        driver.autocommit = True
        return driver

    @contextmanager
    def translate_errors(self, purpose: str) -> Iterator[None]:
        """Raise errors of the database as StoreErrors that name the purpose and say what to do."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            hint = find_hint(error)
            raise hint.error_type(f"cannot {purpose} in {self.name}: {message(error)}; {hint.text}") from error

    def state(self) -> MigrationState:
        """The migrations that are applied. Raises StoreError."""
        with self.translate_errors(f"look at the database {self.kind}"), self._read_engine.connect() as connection:
            return migrations.state(connection, self.kind)

    def upgrade(self) -> MigrationState:
        """Apply all missing migrations in one transaction; the state after it. Raises StoreError."""
        with self.translate_errors(f"upgrade the database {self.kind}"), self._migration_engine() as engine:
            migrations.upgrade(engine, self.kind)
        return self.state()

    def downgrade(self, revision: str) -> MigrationState:
        """Revert all migrations after this one (`base`: all), with their rows. Raises StoreError."""
        with self.translate_errors(f"downgrade the database {self.kind}"), self._migration_engine() as engine:
            migrations.downgrade(engine, self.kind, revision)
        self._ready = False
        return self.state()

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self._engine.dispose()
        self._read_engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        """To write with."""
        return make_sqlite_engine(self._url) if self.embedded else self._connector.engine(self._options.max_writers)

    @cached_property
    def _read_engine(self) -> Engine:
        return self._engine if self.embedded else self._connector.engine(self._options.max_readers)

    @cached_property
    def _connector(self) -> "Connector":
        from adapters.sql.postgresql.engine import Connector  # noqa: PLC0415 - SQLite does without the driver

        return Connector(self._url, self._options)

    def _check_out(self) -> PoolProxiedConnection:
        """A connection of the pool for writers; errors of the driver become those of SQLAlchemy."""
        self._ensure_schema()
        try:
            return self._engine.raw_connection()
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise OperationalError("connect", None, error) from error

    @contextmanager
    def _migration_engine(self) -> Iterator[Engine]:
        engine = make_sqlite_engine(self._url) if self.embedded else self._connector.engine(1, for_migrations=True)
        try:
            yield engine
        finally:
            engine.dispose()

    def _ensure_schema(self) -> None:
        if not self._ready:
            with self._lock:
                self._check_schema()
            self._ready = True

    def _check_schema(self) -> None:
        state = self.state()
        if state.compatible:
            return
        if not state.known:
            raise StoreError(f"{self.name} has migration {state.current} of a newer delay-core: update this one")
        if state.up_to_date:
            return
        if self.embedded:
            self.upgrade()
            return
        current = f"has migration {state.current}" if state.current else "has no tables yet"
        raise MigrationRequired(f"{self.name} {current}, and {state.latest} is needed: apply the database's migrations")
