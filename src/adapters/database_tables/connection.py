"""Read-only connections to the databases of tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from adapters.database_tables.location import DatabaseLocation
from adapters.shared.optional_dependencies import require_extra

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 300
"""How long PostgreSQL may work until the first rows, and between two chunks."""
_LOCK_SECONDS = 30
_LOST_SECONDS = 30
"""How long a host may be silent in the middle of a table."""


@contextmanager
def connect_read_only(location: DatabaseLocation, statement_seconds: int) -> Iterator[Connection]:
    """A connection in a transaction that sees one state of the database and changes nothing."""
    engine = _sqlite(location) if location.is_sqlite else _postgresql(location)
    try:
        with engine.connect() as connection:
            if not location.is_sqlite:
                _begin_postgresql(connection, statement_seconds)
            yield connection
    finally:
        engine.dispose()


def _sqlite(location: DatabaseLocation) -> Engine:
    """SQLite opens the file for reading only, and refuses every change."""
    path = quote(str(Path(str(location.url.database)).absolute()))

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=_LOCK_SECONDS)
        connection.text_factory = _decode
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _decode(content: bytes) -> str | bytes:
    """The text; bytes that are no UTF-8 stay bytes, so that their row breaks a rule and not the whole table."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def _postgresql(location: DatabaseLocation) -> Engine:
    with require_extra("postgres"):
        import psycopg  # noqa: F401, PLC0415 - SQLite does without the driver
    return create_engine(
        location.url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "delay",
            "keepalives_idle": _LOST_SECONDS,
            "tcp_user_timeout": _LOST_SECONDS * 1000,
        },
    )


def _begin_postgresql(connection: Connection, statement_seconds: int) -> None:
    """Begin with a fixed order of rows (`synchronize_seqscans`) and with times as ISO 8601 in UTC."""
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    settings = {
        "statement_timeout": f"{statement_seconds}s",
        "lock_timeout": f"{_LOCK_SECONDS}s",
        "timezone": "UTC",
        "datestyle": "ISO, YMD",
        "synchronize_seqscans": "off",
    }
    for name, value in settings.items():
        connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
    _register_loaders(connection.connection.driver_connection)


def _register_loaders(connection: "psycopg.Connection[Any] | Any") -> None:
    from psycopg.adapt import Buffer, Loader  # noqa: PLC0415 - as above
    from psycopg.types.string import TextLoader  # noqa: PLC0415 - as above

    class MomentLoader(Loader):
        """Reads dates and times; what Python's calendar does not have, such as `infinity`, stays text."""

        def load(self, data: Buffer) -> datetime | str:
            moment = bytes(data).decode()
            try:
                return datetime.fromisoformat(moment)
            except ValueError:
                return moment

    class PaddedTextLoader(TextLoader):
        """Reads `character(n)` without the blanks that fill it up, which mean nothing to PostgreSQL either."""

        def load(self, data: Buffer) -> str | bytes:
            return super().load(bytes(data).rstrip(b" "))

    connection.adapters.register_loader("bpchar", PaddedTextLoader)
    for name in ("date", "timestamp", "timestamptz"):
        connection.adapters.register_loader(name, MomentLoader)
