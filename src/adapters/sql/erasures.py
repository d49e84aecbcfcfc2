"""Erasures: rows from before the erasure of their shipment are not stored, whichever writer has them and however late.

A writer checks the erasures after it has locked its table; an erasure is recorded while no writer holds that lock. So
a writer sees the erasure, or its rows are visible to the statement that deletes the shipment's rows.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.dialects import postgresql, sqlite

from adapters.shared.text import sanitize_text
from adapters.sql.database import Database
from adapters.sql.serving_tables import erasures
from delay_core.ports import erasure_log as port
from delay_core.ports.erasure_log import Erasure, digest_of


class Erasures:
    """The erasures since a moment."""

    def __init__(self, erasures: Iterable[Erasure] = ()) -> None:
        self._times = {erasure.shipment_digest: erasure.erased_at for erasure in erasures}

    def __bool__(self) -> bool:
        return bool(self._times)

    def cover(self, shipment_id: str | None, moment: datetime) -> bool:
        """Whether the shipment was erased at the moment or later."""
        if shipment_id is None or not self._times:
            return False
        erased_at = self._times.get(digest_of(sanitize_text(shipment_id)))
        return erased_at is not None and moment <= erased_at


class ErasureLog(port.ErasureLog):
    """The table `erasures`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read_since(self, oldest: datetime) -> list[Erasure]:
        with self._database.connect("read erasures") as connection:
            return _read_since(connection, oldest)


def read_since(connection: Connection, oldest: datetime) -> Erasures:
    """The erasures that can cover rows from this moment on."""
    return Erasures(_read_since(connection, oldest))


def _read_since(connection: Connection, oldest: datetime) -> list[Erasure]:
    query = select(erasures.c.shipment_digest, erasures.c.erased_at).where(erasures.c.erased_at >= oldest)
    return [Erasure(row.shipment_digest, row.erased_at) for row in connection.execute(query)]


def lock_and_read(connection: Connection, tables: Iterable[Table], oldest: datetime) -> Erasures:
    """As `read_since`; no erasure is recorded until the transaction ends, which adds rows to these tables."""
    _lock(connection, tables, "ROW EXCLUSIVE")
    return read_since(connection, oldest)


def record(database: Database, shipment_id: str, tables: Iterable[Table]) -> None:
    """Record that the shipment is erased now; returns when all rows of earlier writers to these tables are visible."""
    values = {"shipment_digest": digest_of(sanitize_text(shipment_id)), "erased_at": datetime.now(UTC)}
    with database.begin("record an erasure") as connection:
        _lock(connection, tables, "SHARE")
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        insert = dialect.insert(erasures).values(values)
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["shipment_digest"],
                set_={"erased_at": insert.excluded.erased_at},
                where=insert.excluded.erased_at > erasures.c.erased_at,
            )
        )


def _lock(connection: Connection, tables: Iterable[Table], mode: str) -> None:
    """Lock the tables in PostgreSQL; a transaction that writes to SQLite is alone anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(f"ONLY {table.name}" for table in tables)
        connection.execute(text(f"LOCK TABLE {names} IN {mode} MODE"))
