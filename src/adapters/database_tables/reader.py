"""Reading a table or the result of a query in chunks."""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

import pandas as pd
from sqlalchemy import (
    Boolean,
    Connection,
    CursorResult,
    Inspector,
    Select,
    column,
    inspect,
    literal_column,
    select,
    table,
)
from sqlalchemy.exc import NoSuchTableError

from adapters.database_tables.connection import connect_read_only
from adapters.database_tables.errors import translate_errors
from adapters.database_tables.location import DatabaseLocation, TableName
from adapters.database_tables.values import note_errors, to_table
from delay_core.errors import NoDataYet, SourceError
from delay_core.schema.base import closest_match
from delay_core.source_notes import attach_notes

Chunks = Generator[pd.DataFrame, None, None]

MAX_LISTED_TABLES = 20


def read_chunks(location: DatabaseLocation, chunk_rows: int, statement_seconds: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows, by a cursor of the server; at least one row in all. Raises SourceError.

    A table is read in the order of its primary key. Without one, and for a query without ORDER BY, the order is the
    database's, which may change when rows change.
    """
    with (
        translate_errors(location, statement_seconds),
        connect_read_only(location, statement_seconds) as connection,
    ):
        if location.table is None:
            booleans: frozenset[str] = frozenset()
            result = _streamed(connection).exec_driver_sql(str(location.query))
        else:
            result, booleans = _select_table(connection, location, location.table)
        with closing(result):
            names = _column_names(location, result)
            rows_read = 0
            for rows in result.partitions(chunk_rows):
                rows_read += len(rows)
                chunk = to_table(names, rows, booleans)
                attach_notes(chunk, note_errors(chunk), {})
                yield chunk
        if rows_read == 0:
            raise NoDataYet(f"{location} has no rows")


def _streamed(connection: Connection) -> Connection:
    """`no_parameters`: a percent sign in a query is no parameter of the driver."""
    return connection.execution_options(stream_results=True, no_parameters=True)


def _select_table(
    connection: Connection, location: DatabaseLocation, name: TableName
) -> tuple[CursorResult[Any], frozenset[str]]:
    """The rows of the table in the order of its key, and the columns that hold 0 and 1 for truth values."""
    inspector = inspect(connection)
    try:
        key, booleans = (_sqlite_columns if location.is_sqlite else _postgresql_key)(inspector, name)
    except NoSuchTableError:
        raise SourceError(f"{location.database}: no table {name}; {_alternative(inspector, name)}") from None
    statement: Select[Any] = select(literal_column("*")).select_from(table(name.name, schema=name.schema))
    return _streamed(connection).execute(statement.order_by(*map(column, key))), booleans


def _postgresql_key(inspector: Inspector, name: TableName) -> tuple[Sequence[str], frozenset[str]]:
    if not inspector.has_table(name.name, schema=name.schema):
        raise NoSuchTableError
    return inspector.get_pk_constraint(name.name, schema=name.schema)["constrained_columns"], frozenset()


def _sqlite_columns(inspector: Inspector, name: TableName) -> tuple[Sequence[str], frozenset[str]]:
    columns = inspector.get_columns(name.name, schema=name.schema)
    positions: dict[str, Any] = {each["name"]: each.get("primary_key") for each in columns}  # 0: not in the key
    key = sorted((name for name in positions if positions[name]), key=positions.__getitem__)
    return key, frozenset(each["name"] for each in columns if isinstance(each["type"], Boolean))


def _alternative(inspector: Inspector, name: TableName) -> str:
    """The table that may be meant: of this schema, or of this name in another one."""
    own = inspector.default_schema_name
    schemas = [schema for schema in inspector.get_schema_names() if schema not in ("information_schema", "pg_catalog")]
    tables = {
        str(TableName(None if schema == own else schema, each)): each
        for schema in schemas
        for each in (*inspector.get_table_names(schema), *inspector.get_view_names(schema))
    }
    if not tables:
        return "the database has no tables that this role can see"
    namesakes = [full for full, short in tables.items() if short == name.name]
    match = namesakes[0] if namesakes else closest_match(str(name), tables) or _closest_short(name, tables)
    more = len(tables) - MAX_LISTED_TABLES
    listed = ", ".join(sorted(tables)[:MAX_LISTED_TABLES]) + (f" and {more} more" if more > 0 else "")
    return f"did you mean {match}?" if match else f"its tables: {listed}"


def _closest_short(name: TableName, tables: dict[str, str]) -> str | None:
    short = closest_match(name.name, tables.values())
    return next((full for full, each in tables.items() if each == short), None)


def _column_names(location: DatabaseLocation, result: CursorResult[Any]) -> Sequence[str]:
    """The names of the columns. Raises SourceError if a query gives two columns one name."""
    names = [str(each[0]) for each in result.cursor.description] if result.cursor else []
    first: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        if first.setdefault(name, position) != position:
            raise SourceError(
                f"{location}: columns {first[name]} and {position} are both {name!r}; give one another name: AS <name>"
            )
    return names
