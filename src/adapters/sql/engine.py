"""An engine for a URL: PostgreSQL with bounded waits, SQLite with every commit on disk."""

import sqlite3
from functools import partial
from pathlib import Path
from time import monotonic

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.sql.types import json_text
from delay_core.errors import StoreError

WRITES = "delay_writes"
"""Execution option of a connection that is going to write: SQLite then waits for its turn at the beginning."""

_MOMENT = 0.05  # s
_MINUTE = 60_000  # ms
_WAIT_FOR_SQLITE = 30.0  # s


def parsed(url: str) -> URL:
    """The URL, its driver settled. Raises StoreError for one that leads to no database."""
    try:
        found = make_url(url)
    except ArgumentError:
        raise StoreError("a database URL is sqlite:///<file> or postgresql://<role>:<password>@<host>/<name>") from None
    kind = found.get_backend_name()
    shown = found.render_as_string(hide_password=True)
    if kind == "sqlite":
        if found.database in (None, "", ":memory:"):
            raise StoreError(f"{shown}: only a file outlives this process; write sqlite:///<file>")
        return found.set(drivername="sqlite")
    if kind not in ("postgresql", "postgres"):
        raise StoreError(f"{shown}: no store speaks {kind}; write sqlite:///<file> or postgresql://…")
    return found.set(drivername="postgresql+psycopg")


def make_engine(url: URL, *, patient: bool = False) -> Engine:
    """Opens nothing yet. `patient` lets statements take the time that migrations need."""
    return _sqlite(url) if url.drivername == "sqlite" else _postgresql(url, patient=patient)


def _postgresql(url: URL, *, patient: bool) -> Engine:
    waits = f"-c statement_timeout={0 if patient else _MINUTE} -c lock_timeout={_MINUTE if patient else 10_000}"
    engine = create_engine(
        url,
        json_serializer=json_text,
        hide_parameters=True,  # an error message is no place for a shipment's values
        pool_use_lifo=True,  # the one that was used last is the one that need not be looked at
        pool_timeout=10,
        connect_args={
            "connect_timeout": 5,
            "application_name": "delay",
            "options": f"-c timezone=UTC -c standard_conforming_strings=on {waits}",
            "keepalives_idle": 30,
            "tcp_user_timeout": 15_000,  # ms: a host that vanished does not answer, and does not refuse either
        },
    )
    event.listen(engine, "checkin", _given_back)
    event.listen(engine, "checkout", partial(_taken, engine.dialect))
    return engine


def _given_back(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["given_back"] = monotonic()


def _taken(dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
    """Look whether the server still knows the connection, unless it did a moment ago: that costs a way there and back.

    No server is restarted within that moment; the one that is raises InvalidatePoolError, and new ones are opened.
    """
    given_back = record.info.get("given_back")
    if given_back is None or monotonic() - given_back < _MOMENT:
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
        url, json_serializer=json_text, hide_parameters=True, connect_args={"timeout": _WAIT_FOR_SQLITE}
    )

    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    return engine


def _connected(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _begun(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
