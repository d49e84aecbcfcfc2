"""Locks by name, which PostgreSQL holds for one transaction."""

from sqlalchemy import Connection, text


def lock_until_commit(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds the lock, and hold it until this one ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
