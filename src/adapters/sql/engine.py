"""SQLAlchemy engines by URL: PostgreSQL with bounded waits, SQLite with every commit flushed to the disk."""

import sqlite3
from functools import partial
from pathlib import Path
from time import monotonic

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.sql.column_types import dump_json
from delay_core.errors import StoreError
from delay_core.file_urls import sqlite_path

WRITES = "delay_writes"
"""Execution option of a connection that is going to write: SQLite takes its write lock at BEGIN."""

_PING_GRACE_SECONDS = 0.05  # a connection that was used within it is not pinged
_MINUTE = 60_000  # ms
_SQLITE_LOCK_SECONDS = 30.0


def parse_url(url: str) -> URL:
    """The URL with its driver. Raises StoreError for a URL of no supported database."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("a database URL is sqlite:///<file> or postgresql://<role>:<password>@<host>/<name>") from None
    backend = parsed.get_backend_name()
    redacted = parsed.render_as_string(hide_password=True)
    if backend == "sqlite":
        file = sqlite_path(f"sqlite:{url.partition(':')[2]}")
        if file is None:
            raise StoreError(f"{redacted}: only a file outlives this process; write sqlite:///<file>")
        return parsed.set(drivername="sqlite", database=str(file))
    if backend not in ("postgresql", "postgres"):
        raise StoreError(f"{redacted}: {backend} is not supported; write sqlite:///<file> or postgresql://…")
    return parsed.set(drivername="postgresql+psycopg")


def make_engine(url: URL, *, for_migrations: bool = False) -> Engine:
    """An engine, without opening a connection. Migrations have no statement timeout."""
    return _sqlite(url) if url.drivername == "sqlite" else _postgresql(url, for_migrations=for_migrations)


def _postgresql(url: URL, *, for_migrations: bool) -> Engine:
    statement_timeout, lock_timeout = (0, _MINUTE) if for_migrations else (_MINUTE, 10_000)
    timeouts = f"-c statement_timeout={statement_timeout} -c lock_timeout={lock_timeout}"
    engine = create_engine(
        url,
        json_serializer=dump_json,
        hide_parameters=True,  # a shipment's values do not belong into error messages
        pool_use_lifo=True,  # the connection that was used last needs no ping
        pool_timeout=10,
        connect_args={
            "connect_timeout": 5,
            "application_name": "delay",
            "options": f"-c timezone=UTC -c standard_conforming_strings=on {timeouts}",
            "keepalives_idle": 30,
            "tcp_user_timeout": 15_000,  # ms: a host that disappeared neither answers nor refuses
        },
    )
    event.listen(engine, "checkin", _on_checkin)
    event.listen(engine, "checkout", partial(_on_checkout, engine.dialect))
    return engine


def _on_checkin(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["checked_in"] = monotonic()


def _on_checkout(dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
    """Ping the connection, which costs a round trip, unless it was used a moment ago.

    No server restarts within that moment. After a restart the ping fails: InvalidatePoolError replaces all connections.
    """
    checked_in = record.info.get("checked_in")
    if checked_in is None or monotonic() - checked_in < _PING_GRACE_SECONDS:
        return
    try:
        alive = dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        alive = False
    if not alive:
        raise InvalidatePoolError


def _sqlite(url: URL) -> Engine:
    Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, json_serializer=dump_json, hide_parameters=True, connect_args={"timeout": _SQLITE_LOCK_SECONDS}
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # `_on_begin` starts transactions, not the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
