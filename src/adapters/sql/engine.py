"""SQLAlchemy engines by URL: PostgreSQL with bounded waits, SQLite with every commit flushed to the disk."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.sql.column_types import dump_json, load_json
from delay_core.errors import StoreError
from delay_core.file_urls import sqlite_path

WRITES = "delay_writes"
"""Execution option of a connection that is going to write: SQLite takes its write lock at BEGIN."""

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


def make_sqlite_engine(url: URL) -> Engine:
    """An engine, without opening a connection; the folder of the file is created."""
    Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        json_serializer=dump_json,
        json_deserializer=load_json,
        hide_parameters=True,
        connect_args={"timeout": _SQLITE_LOCK_SECONDS},
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
