"""A real PostgreSQL for the whole test run, with the databases and roles that it has in production."""

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

import psycopg

from adapters.postgres import Database
from infra.local.postgres import PostgresServer


def folder() -> Path:
    """A folder that the server's own user can reach, which pytest's temporary folders are not for root's."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o711)
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def upgraded(url: str, kind: str) -> str:
    """The URL, once the database is ready for use."""
    database = Database(url, kind)
    database.upgrade()
    database.close()
    return url


@lru_cache
def server() -> PostgresServer:
    """The server; it forgets at a power cut, which saves seconds."""
    started = PostgresServer.start(folder(), fsync=False)
    atexit.register(started.stop)
    for kind in ("serving", "monitoring"):
        upgraded(started.url(kind, f"{kind}_owner"), kind)
    return started


@lru_cache
def owners(kind: str) -> Database:
    """The database as the role that owns it sees it."""
    return as_role(kind, f"{kind}_owner")


@lru_cache
def as_role(kind: str, role: str) -> Database:
    """The database as this role sees it."""
    return Database(server().url(kind, role), kind)


def emptied(kind: str, *tables: str) -> None:
    """Delete every row of the tables."""
    with owners(kind).writing("empty tables") as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)}")


def fresh(kind: str) -> str:
    """The URL of a new, empty database, as its owner."""
    name = f"{kind}_{uuid4().hex}"
    with psycopg.connect(server().url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER {kind}_owner")
    return server().url(name, f"{kind}_owner")
