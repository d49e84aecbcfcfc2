"""A SQLite file with a table of orders."""

import sqlite3
from contextlib import closing

import pytest

from delay_core.file_urls import sqlite_url


@pytest.fixture
def sqlite_file(tmp_path):
    """The path of a database with the table `Orders`."""
    path = tmp_path / "50 % wms.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('CREATE TABLE "Orders" (number INTEGER, line INTEGER, express BOOLEAN, note, '
                           "PRIMARY KEY (number, line))")  # fmt: skip
        rows = [(2, 2, 1, "50 % off"), (2, 1, 0, "it's; fine"), (1, 1, None, b"\xff"), (3, 1, 7, 1.5)]
        connection.executemany('INSERT INTO "Orders" VALUES (?, ?, ?, ?)', rows)
        connection.execute('CREATE VIEW "old.orders" AS SELECT number FROM "Orders" WHERE number < 3')
        connection.commit()
    return path


@pytest.fixture
def sqlite(sqlite_file):
    """The URL of the database with these options."""
    return lambda options: f"{sqlite_url(sqlite_file)}?{options}"
