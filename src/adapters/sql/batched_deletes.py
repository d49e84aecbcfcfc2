"""Deleting old rows in batches, each in a transaction of its own: no lock and no statement lasts for long."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Delete, Table, any_, delete, func, literal_column, select

from adapters.sql.database import Database

BATCH_ROWS = 10_000


def delete_before(
    database: Database, table: Table, time: Column[datetime], moment: datetime, *conditions: ColumnElement[bool]
) -> int:
    """Delete the rows from before the moment that meet the conditions; their number. Raises StoreError."""
    old = (time < moment, *conditions)
    by_address = not database.embedded and not table.dialect_options["postgresql"]["partition_by"]
    deleted = 0
    while True:
        with database.begin(f"delete old rows of {table.name}") as connection:
            statement = _by_address(table, old) if by_address else _by_time(connection, table, time, old)
            rows = connection.execute(statement).rowcount
        deleted += rows
        if rows < BATCH_ROWS:
            return deleted


def _by_address(table: Table, old: tuple[ColumnElement[bool], ...]) -> Delete:
    """By the rows' place in the file of a PostgreSQL table, which needs no index."""
    address: ColumnElement[object] = literal_column("ctid")
    batch = select(address).select_from(table).where(*old).limit(BATCH_ROWS).scalar_subquery()
    return delete(table).where(address == any_(func.array(batch)))


def _by_time(
    connection: Connection, table: Table, time: Column[datetime], old: tuple[ColumnElement[bool], ...]
) -> Delete:
    """Up to the time of the batch's last row; rows of the same time are in the same batch."""
    last = connection.scalar(select(time).where(*old).order_by(time).offset(BATCH_ROWS - 1).limit(1))
    statement = delete(table).where(*old)
    return statement if last is None else statement.where(time <= last)
