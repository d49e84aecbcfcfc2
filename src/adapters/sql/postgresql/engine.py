"""Engines for PostgreSQL: connections with timeouts, also behind a pooler that shares server sessions."""

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.sql.column_types import dump_json, load_json
from adapters.sql.connection_options import ConnectionOptions
from adapters.sql.postgresql.deadline_connection import DeadlineConnection
from adapters.sql.postgresql.encryption import is_unencrypted_allowed

_PING_GRACE_SECONDS = 0.05  # a connection that was used within it is not pinged
_MIGRATION_LOCK_SECONDS = 60
_EXECUTIONS_BEFORE_PREPARE = 5
_SET = "SELECT set_config('timezone', 'UTC', %(local)s), set_config('jit', 'off', %(local)s), " + ", ".join(
    f"set_config('{name}', %({name})s, %(local)s)" for name in ("statement_timeout", "lock_timeout")
)
"""Compiling takes longer than the statement: the worklist of 100,000 open shipments took twice as long with it."""
_LOG = logging.getLogger(__name__)


@dataclass
class Connector:
    """Opens the connections of one database."""

    url: URL
    options: ConnectionOptions
    behind_pooler: bool | None = None
    """Whether server sessions are shared, as by PgBouncer in transaction mode; None before the first connection."""
    _lost_at: float = field(default=float("-inf"), init=False)
    """When a connection, of any of the engines, was lost last."""

    def engine(self, connections: int, *, for_migrations: bool = False) -> Engine:
        """An engine with at most so many connections; none is opened yet. Migrations have no statement timeout."""
        options = self.options
        statement = 0 if for_migrations else options.statement_timeout_seconds
        lock = _MIGRATION_LOCK_SECONDS if for_migrations else options.lock_timeout_seconds
        timeouts = {"statement_timeout": f"{statement * 1000:.0f}", "lock_timeout": f"{lock * 1000:.0f}"}  # ms
        engine = create_engine(
            self.url,
            json_serializer=dump_json,
            json_deserializer=load_json,
            hide_parameters=True,  # a shipment's values do not belong into error messages
            pool_size=connections,
            max_overflow=0,
            pool_use_lifo=True,  # the connection that was used last needs no ping
            pool_timeout=options.pool_timeout_seconds,
            connect_args={
                "connect_timeout": options.connect_timeout_seconds,
                "application_name": "delay",
                "client_encoding": "utf8",
                "keepalives_idle": 30,
                "tcp_user_timeout": 15_000,  # ms: a host that disappeared neither answers nor refuses
            },
        )
        event.listen(engine, "do_connect", partial(self._connect, timeouts))
        event.listen(engine, "begin", partial(self._on_begin, timeouts))
        event.listen(engine, "checkin", _on_checkin)
        event.listen(engine, "checkout", partial(self._on_checkout, engine.dialect))
        event.listen(engine, "invalidate", self._on_invalidate)
        return engine

    def _connect(
        self,
        timeouts: Mapping[str, str],
        _: Dialect,
        __: ConnectionPoolEntry,
        ___: list[object],
        parameters: dict[str, object],
    ) -> DeadlineConnection:
        if self.options.password is not None:
            parameters["password"] = self.options.password(self.url)
        if self.behind_pooler is None:
            self.behind_pooler = _detect_pooler(parameters)
            self._warn()
        prepare = None if self.behind_pooler else _EXECUTIONS_BEFORE_PREPARE
        connection = _open(parameters, autocommit=True, prepare_threshold=prepare)
        if not self.behind_pooler:
            try:
                connection.execute(_SET, {**timeouts, "local": False})
            except BaseException:
                connection.close()
                raise
        connection.autocommit = False
        return connection

    def _warn(self) -> None:
        name = self.url.set(drivername="postgresql").render_as_string(hide_password=True)
        if self.behind_pooler:
            _LOG.warning(
                "%s: a connection pooler is between this process and PostgreSQL: statements are not prepared, "
                "and timeouts are set in every transaction",
                name,
            )
        if is_unencrypted_allowed(self.url):
            _LOG.warning(
                "%s: the connection may be unencrypted: add ?sslmode=verify-full&sslrootcert=<CA file> to the URL", name
            )

    def _on_begin(self, timeouts: Mapping[str, str], connection: Connection) -> None:
        """What is set for a session of a pooler would be set for other clients, too."""
        if self.behind_pooler:
            connection.exec_driver_sql(_SET, {**timeouts, "local": True})

    def _on_checkout(
        self, dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _: object
    ) -> None:
        """Ping the connection, which costs a round trip, unless it was used a moment ago and none was lost since.

        After a restart of the server the ping fails: InvalidatePoolError replaces all connections.
        """
        checked_in = record.info.get("checked_in")
        if checked_in is None or (checked_in > self._lost_at and monotonic() - checked_in < _PING_GRACE_SECONDS):
            return
        try:
            alive = dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error:
            alive = False
        if not alive:
            raise InvalidatePoolError

    def _on_invalidate(self, *_: object) -> None:
        self._lost_at = monotonic()


def _detect_pooler(parameters: Mapping[str, object]) -> bool:
    """A pooler tells each client a process id of its own, since it changes the session behind the connection."""
    with closing(_open(parameters, autocommit=True, prepare_threshold=None)) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        return row is None or row[0] != connection.info.backend_pid


def _open(parameters: Mapping[str, object], **options: object) -> DeadlineConnection:
    return DeadlineConnection.connect(**parameters, **options)  # type: ignore[arg-type] # by name


def _on_checkin(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["checked_in"] = monotonic()
