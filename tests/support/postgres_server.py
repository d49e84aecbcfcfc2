"""Real PostgreSQL servers with the databases and roles of production: one of each worker, and copies to be broken.

A server is not made by `initdb` and migrations each time: the first one of a run is, and all are copies of it.
"""

import os
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol, get_args
from uuid import uuid4

import psycopg

from adapters.sql import Database
from infra.local.postgres import PostgresServer
from infra.local.waiting import free_port
from support.run import new_folder, one_at_a_time, run_folder, until_end

Kind = Literal["serving", "monitoring"]
"""The product's databases."""


class Server(Protocol):
    """A server with the roles of `delay db roles`."""

    def url(self, database: str, role: str) -> str: ...


@dataclass(frozen=True)
class RemoteServer:
    """A server for tests alone: its URL with {database} and {role} in it, as in `delay db roles`."""

    template: str

    def url(self, database: str, role: str) -> str:
        return self.template.format(database=database, role=role)


@lru_cache
def server() -> Server:
    """The server at DELAY_TEST_POSTGRES_URL, else one of this process, which forgets at a power cut: that is faster."""
    if template := os.environ.get("DELAY_TEST_POSTGRES_URL"):
        remote = RemoteServer(template)
        for kind in ("serving", "monitoring"):
            upgraded(remote.url(kind, f"{kind}_owner"), kind)
        return remote
    own = started(fsync=False)
    until_end.callback(own.stop, immediate=True)
    return own


def started(folder: Path | None = None, *, fsync: bool = True, **settings: str) -> PostgresServer:
    """A running server for the caller alone, its databases up to date; leaving its `with` block stops it."""
    return PostgresServer.start(copied(folder), free_port(), fsync=fsync, settings=settings)


def revive(server: PostgresServer, *tables: str) -> None:
    """Start it again where a test has stopped it, and delete every row of these tables of `serving`."""
    if server.running(server.folder) is None:
        server.restart()
    with psycopg.connect(server.url("serving", "serving_owner")) as connection:
        connection.execute(f"TRUNCATE {', '.join(tables)}")


def copied(folder: Path | None = None) -> Path:
    """The folder of a server that has run and was stopped; `folder` must not be there yet."""
    target = folder or new_folder() / "postgres"
    subprocess.run(["cp", "--archive", "--reflink=auto", str(_template()), str(target)], check=True)
    return target


@lru_cache
def _template() -> Path:
    folder = run_folder() / "postgres-template"
    with one_at_a_time("postgres-template"):
        if not folder.is_dir():
            draft = new_folder()
            with PostgresServer.start(draft, fsync=False) as first:
                for kind in get_args(Kind):
                    upgraded(first.url(kind, f"{kind}_owner"), kind)
            draft.rename(folder)
    return folder


def upgraded(url: str, kind: Kind) -> str:
    """The URL, once the database is ready for use."""
    database = Database(url, kind)
    database.upgrade()
    database.close()
    return url


@lru_cache
def owners(kind: Kind) -> Database:
    """The database as the role that owns it sees it."""
    return as_role(kind, f"{kind}_owner")


@lru_cache
def as_role(kind: Kind, role: str) -> Database:
    """The database as this role sees it."""
    database = Database(server().url(kind, role), kind)
    until_end.callback(database.close)
    return database


def emptied(kind: Kind, *tables: str) -> None:
    """Delete every row of the tables."""
    with owners(kind).begin("empty tables") as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)}")


def fresh(kind: str) -> str:
    """The URL of a new, empty database, as its owner."""
    name = f"{kind}_{uuid4().hex}"
    with psycopg.connect(server().url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER {kind}_owner")
    return server().url(name, f"{kind}_owner")
