"""Databases that cannot be read: the message has the database, the problem and the remedy, and no password."""

import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest

from adapters.database_tables import ShipmentSource
from delay_core import load_schema
from delay_core.errors import SourceError
from delay_core.file_urls import sqlite_url
from support import postgres_server
from support.database_tables import execute_postgres, postgres_url

SCHEMA = load_schema("smart_logistics")
DEAD = "postgresql://reader:s3cret@127.0.0.1:9/wms"


def message(url, **options):
    with pytest.raises(SourceError) as raised:
        list(ShipmentSource(**options).chunks(url, SCHEMA))
    assert "s3cret" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", "write exactly one of ?table=<table>, ?query=<SELECT, URL-encoded> and ?query_file=<path"),
        ("table=a&query=SELECT+1", "the URL has table and query"),
        ("tabel=a", "no option 'tabel'; did you mean table?"),
        ("table=a&mode=rw", "no option 'mode'; the options are table, query, query_file"),
        ("query=SELECT 1 & 2", "Inside a value, write & as %26"),
        ("table=", "the option table is empty; write table=<value>"),
        ("table=a&table=b", "the option table is repeated; keep one"),
        ("table=a.b.c", "'a.b.c' is no name of a table; write <table> or <schema>.<table>"),
        ("table=Order", "50 % wms.db: no table Order; did you mean Orders?"),
        ("table=main.orders_2", "no table main.orders_2; did you mean Orders?"),
        ("table=zzz", "no table zzz; its tables: Orders, old.orders"),
        ("query=SELECT wieght FROM Orders", "50 % wms.db, query: no such column: wieght; correct the query"),
        ("query=SELECT 1 a, 2 a", "columns 1 and 2 are both 'a'; give one another name: AS <name>"),
        ("query=SELECT 1 WHERE false", "50 % wms.db, query has no rows"),
        ("query=DELETE FROM Orders", "the query begins with 'DELETE'; only a SELECT is run"),
        ("query=-- nothing", "the query is empty; only a SELECT is run"),
        ("query=SELECT 1; DELETE FROM Orders", "several statements; write one SELECT"),
        ("query=WITH x AS (SELECT 1) DELETE FROM Orders", "the query changes data; a source is only read"),
        ("query_file=absent.sql", "absent.sql: No such file or directory; query_file is the path of a file with one"),
    ],
)
def test_sqlite_url(sqlite, options, expected):
    assert expected in message(sqlite(options))


def test_sqlite__nothing_is_written(sqlite, sqlite_file):
    before = sqlite_file.read_bytes()
    message(sqlite("query=WITH x AS (SELECT 1) INSERT INTO Orders SELECT 9, 9, 9, 9"))
    assert sqlite_file.read_bytes() == before


def test_sqlite__a_missing_file_is_not_created(tmp_path):
    absent = tmp_path / "absent.db"
    assert "absent.db: no such file; write sqlite:///<relative path>" in message(f"{sqlite_url(absent)}?table=a")
    assert not absent.exists()


def test_sqlite__three_slashes_before_an_absolute_path_are_explained(sqlite_file):
    url = f"sqlite:///{quote(str(sqlite_file)[1:])}?table=Orders"
    assert f"did you mean {sqlite_file}, which is {sqlite_url(sqlite_file)}?" in message(url)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"number;line\n" * 200, "the file is no SQLite database"), (b"", "the database has no tables")],
)
def test_sqlite__another_file(tmp_path, content, expected):
    (tmp_path / "other.db").write_bytes(content)
    assert expected in message(f"{sqlite_url(tmp_path / 'other.db')}?table=Orders")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{DEAD}?table=t", "postgresql://127.0.0.1:9/wms, table t: no connection as the role reader: "),
        ("postgresql://r:s3cret/x@127.0.0.1:9/wms?table=t", "in a password, write / as %2F, ? as %3F, # as %23"),
        ("postgresql://r:s3cret?12@127.0.0.1:9/wms?table=t", "in a password, write / as %2F, ? as %3F, # as %23"),
        ("postgresql://127.0.0.1:9/wms?s3cret@127.0.0.1:9/wms?table=t", "in a password, write / as %2F, ? as %3F"),
        ("postgresql://r:s3cret@127.0.0.1:99999/wms?table=t", "is not <role>:<password>@<host>:<port>"),
        ("postgresql://[::1/wms?table=t", "is not <role>:<password>@<host>:<port>"),
        ("postgresql://r:s3cret@127.0.0.1:9?table=t", "names no database; write postgresql://<role>@<host>"),
        ("postgresql:wms?table=t", "write postgresql://<role>@<host>:<port>/<database>?table=<schema>.<table>"),
        ("postgresql://r@127.0.0.1:9/wms?table=t&password=s3cret", "or set PGPASSWORD, or use ~/.pgpass"),
        ("sqlite://wms.db?table=t", "names no SQLite file; write sqlite:///<relative path>?table=<table>"),
    ],
)
def test_connection(url, expected):
    assert expected in message(url)


@pytest.fixture(scope="module")
def postgresql():
    """The URL of a database with these options; its table is `wms.orders`."""
    execute_postgres("CREATE SCHEMA wms", "CREATE TABLE wms.orders (id int PRIMARY KEY, secret text)",
                     "INSERT INTO wms.orders VALUES (1, 'Zyxquist')", "CREATE SEQUENCE counter")  # fmt: skip
    return lambda options: f"{postgres_url()}?{options}"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("table=orders", "no table orders; did you mean wms.orders?"),
        ("table=wms.order", "no table wms.order; did you mean wms.orders?"),
        ("table=wsm.orders", "no table wsm.orders; did you mean wms.orders?"),
        ("query=SELECT idd FROM wms.orders", 'column "idd" does not exist; Perhaps you meant to reference the column'),
        ("query=SELECT id FROM wms.order", 'query: relation "wms.order" does not exist; correct the query'),
        ("query=SELECT id FORM wms.orders", 'syntax error at or near "wms"; correct the query'),
        ("query=SELECT secret::int FROM wms.orders", "a value cannot be converted (SQLSTATE 22P02); correct the casts"),
        ("query=SELECT nextval('counter')", "query: the query changes data; a source is only read"),
        ("query=WITH x AS (DELETE FROM wms.orders RETURNING id) SELECT id FROM x", "a source is only read: write a"),
        ("query=SELECT set_config('transaction_read_only', 'off', true), nextval('counter')", "SQLSTATE 25001"),
        ("query=SELECT id FROM wms.orders WHERE false", "query has no rows"),
    ],
)
def test_postgresql(postgresql, options, expected):
    text = message(postgresql(options))
    assert expected in text
    assert "Zyxquist" not in text


def test_postgresql__a_role_without_the_privilege_is_named(postgresql):
    database = postgresql("").rpartition("/")[2].rstrip("?")
    url = f"{postgres_server.server().url(database, 'reader')}?table=wms.orders"
    execute_postgres("GRANT USAGE ON SCHEMA wms TO reader", f"GRANT CONNECT ON DATABASE {database} TO reader")
    assert "permission denied for table orders; grant the role reader SELECT on the table" in message(url)


def test_postgresql__a_query_without_end_is_cancelled(postgresql):
    text = message(postgresql("query=SELECT pg_sleep(60)"), statement_seconds=1)
    assert "the database did not answer within 1 seconds; narrow the query, or add an index" in text


def test_postgresql__a_wrong_password_or_database_says_so(postgresql):
    text = message(postgresql("table=t").replace("?", "_absent?"))
    assert "no connection as the role serving_owner" in text
    assert "_absent" in text


def test_sqlite__a_locked_file_is_an_error(sqlite, sqlite_file, monkeypatch):
    monkeypatch.setattr("adapters.database_tables.connection._LOCK_SECONDS", 0.01)
    with closing(sqlite3.connect(sqlite_file)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert "another process locks the file; try again" in message(sqlite("table=Orders"))
