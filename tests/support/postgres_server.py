"""A real PostgreSQL for the whole test run, with the databases and roles that it has in production."""

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol
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


class Server(Protocol):
    """What tests ask of a server."""

    def url(self, database: str, role: str) -> str: ...


@dataclass(frozen=True)
class GivenServer:
    """A server for tests alone: its URL with {database} and {role} in it, as in roles.sql."""

    template: str

    def url(self, database: str, role: str) -> str:
        return self.template.format(database=database, role=role)


@lru_cache
def server() -> Server:
    """The server at DELAY_TEST_POSTGRES_URL, else one here, which forgets at a power cut: that saves seconds."""
    found = GivenServer(given) if (given := os.environ.get("DELAY_TEST_POSTGRES_URL")) else _started()
    for kind in ("serving", "monitoring"):
        upgraded(found.url(kind, f"{kind}_owner"), kind)
    return found


@lru_cache
def _started() -> PostgresServer:
    started = PostgresServer.start(folder(), fsync=False)
    atexit.register(started.stop)
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
