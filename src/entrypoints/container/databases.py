"""Connections to the databases of the product."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from delay_core.errors import StoreError
from entrypoints.settings import DatabaseKind, DatabaseSettings

if TYPE_CHECKING:
    from adapters.sql import Database
    from delay_core.ports.database_migrations import DatabaseMigrations

_LOG = logging.getLogger(__name__)


def create_database(url: str, kind: DatabaseKind, settings: DatabaseSettings) -> "Database":
    from adapters.sql import ConnectionOptions, Database, TokenCommand

    options = ConnectionOptions(
        max_writers=settings.max_writers,
        max_readers=settings.max_readers,
        pool_timeout_seconds=settings.pool_timeout_seconds,
        connect_timeout_seconds=settings.connect_timeout_seconds,
        statement_timeout_seconds=settings.statement_timeout_seconds,
        lock_timeout_seconds=settings.lock_timeout_seconds,
        password=TokenCommand(settings.token_command, settings.token_seconds) if settings.token_command else None,
    )
    return Database(url, kind, options)


def create_migrations(urls: dict[DatabaseKind, str], settings: DatabaseSettings) -> "dict[str, DatabaseMigrations]":
    return {kind: create_database(url, kind, settings) for kind, url in urls.items()}


def open_database(database: "Database") -> "Iterator[Database]":
    """Connect before the first request, since the first use takes longer than an append may.

    A database that is unavailable does not prevent the start.
    """
    try:
        database.open()
    except StoreError as error:
        _LOG.warning("the serving database is unavailable: %s", error)
    yield database
    database.close()


def create_roles_script() -> str:
    from adapters.sql import roles_script

    return roles_script()
