"""Limits of connections to a database server, and where its password comes from."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import URL

PasswordProvider = Callable[[URL], str]
"""Returns the password for a new connection."""


@dataclass(frozen=True)
class ConnectionOptions:
    """Of PostgreSQL; SQLite uses none of them. Writers and readers do not wait for each other's connections."""

    max_writers: int = 4
    """Connections to write with, of one process and database."""
    max_readers: int = 10
    """Connections to read from."""
    pool_timeout_seconds: float = 10
    """How long a caller waits for a free connection."""
    connect_timeout_seconds: int = 5
    statement_timeout_seconds: float = 60
    lock_timeout_seconds: float = 10
    password: PasswordProvider | None = None
    """None: the password in the URL, or what PostgreSQL's client reads (PGPASSWORD, ~/.pgpass, a certificate)."""
