"""Rows of PostgreSQL and SQLite as Python objects: those that Parquet gives, in the order of the key, in chunks."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters import files, tabular
from adapters.database_tables import ShipmentSource, TableSampler
from delay_core import load_schema
from delay_core.source_notes import NoteCode, SourceNote, notes_of
from support.database_tables import execute_postgres, postgres_url, put_sqlite

SCHEMA = load_schema("smart_logistics")
COLUMNS = {
    "id": ("bigint", pa.int64(), [7, None]),
    "small": ("smallint", pa.int16(), [-1, None]),
    "flag": ("boolean", pa.bool_(), [True, None]),
    "whole": ("numeric(12)", pa.decimal128(12), [Decimal(12), None]),
    "price": ("numeric(12, 2)", pa.decimal128(12, 2), [Decimal("5.00"), None]),
    "ratio": ("double precision", pa.float64(), [0.1, None]),
    "word": ("text", pa.string(), ["Köln", None]),
    "day": ("date", pa.date32(), [date(2024, 5, 1), None]),
    "local": ("timestamp", pa.timestamp("us"), [datetime(2024, 5, 1, 12, 0, 0, 5), None]),  # noqa: DTZ001 - without a zone
    "moment": ("timestamptz", pa.timestamp("us", "UTC"), [datetime(2024, 5, 1, 12, tzinfo=UTC), None]),
    "list": ("int[]", pa.list_(pa.int64()), [[1, 2], None]),
}


def sql(query):
    return f"query={quote(query)}"


def read(url, **options):
    return pd.concat(ShipmentSource(**options).chunks(url, SCHEMA), ignore_index=True)


def read_query(query):
    return read(f"{postgres_url()}?{sql(query)}").to_dict("list")


def test_postgresql__has_the_values_of_a_parquet_file(tmp_path):
    definitions = ", ".join(f'"{name}" {kind}' for name, (kind, _, _) in COLUMNS.items())
    literals = ", ".join(_literal(values[0]) for _, _, values in COLUMNS.values())
    nulls = ", ".join("NULL" for _ in COLUMNS)
    rows = f"VALUES ({literals}), ({nulls})"
    execute_postgres(f"CREATE TABLE typed ({definitions})", f"INSERT INTO typed {rows}")
    arrays = {name: pa.array(values, kind) for name, (_, kind, values) in COLUMNS.items()}
    pq.write_table(pa.table(arrays), tmp_path / "typed.parquet")
    parquet = tabular.ShipmentSource(files.ByteSource()).chunks(str(tmp_path / "typed.parquet"), SCHEMA)

    from_file, from_database = pd.concat(parquet), read(f"{postgres_url()}?table=typed")

    for name in COLUMNS:
        assert from_database[name].tolist() == from_file[name].tolist()
        assert list(map(type, from_database[name])) == list(map(type, from_file[name]))


def _literal(value):
    return "'{1,2}'" if isinstance(value, list) else f"'{value}'"


def test_postgresql__values_without_a_python_object_are_text():
    uuid = "6b1f3d52-6a53-4e5c-b9a8-3f9f8f1f2a11"
    values = read_query(
        "SELECT 'infinity'::timestamptz a, '0044-03-15 BC'::date b, '10.0.0.1'::inet c, "
        f"'{uuid}'::uuid d, 'NaN'::numeric e, '12:30'::time f, '90 minutes'::interval g, 12345678901234567890 h"
    )
    assert (values["a"], values["b"], values["c"]) == (["infinity"], ["0044-03-15 BC"], ["10.0.0.1"])
    assert values["d"] == [uuid]
    assert pd.isna(values["e"][0])
    assert (values["f"], values["g"], values["h"]) == (["12:30"], ["01:30"], [12345678901234567890])


def test_postgresql__blanks_that_fill_up_a_text_are_no_part_of_it():
    values = read_query("SELECT 'DHL'::char(10) a, ''::char(3) b, ' x '::char(5) c, ' y '::text d, NULL::char(2) e")
    assert values == {"a": ["DHL"], "b": [""], "c": [" x"], "d": [" y "], "e": [None]}


def test_postgresql__times_do_not_depend_on_the_settings_of_the_role():
    owner = "serving_owner"
    execute_postgres(f"ALTER ROLE {owner} SET timezone = 'Asia/Tokyo'", f"ALTER ROLE {owner} SET datestyle = 'German'")
    try:
        values = read_query("SELECT '2024-05-01 12:00+02'::timestamptz moment, '2024-05-01'::date AS day")
    finally:
        execute_postgres(f"ALTER ROLE {owner} RESET ALL")
    assert values["moment"] == [datetime(2024, 5, 1, 10, tzinfo=UTC)]
    assert values["day"] == [datetime(2024, 5, 1)]  # noqa: DTZ001 - a day has no zone


def test_postgresql__a_table_is_read_in_the_order_of_its_key_whatever_its_names_contain():
    execute_postgres(
        'CREATE SCHEMA "Old stock"',
        'CREATE TABLE "Old stock"."a.b""c" (b int, "A" int, PRIMARY KEY ("A", b))',
        'INSERT INTO "Old stock"."a.b""c" VALUES (2, 1), (9, 0), (1, 1)',
    )
    name = quote('"Old stock"."a.b""c"')
    assert read(f"{postgres_url()}?table={name}").to_dict("list") == {"b": [9, 1, 2], "A": [0, 1, 1]}


def test_postgresql__rows_come_in_chunks_from_a_cursor_of_the_server():
    """The query has more rows than any machine can hold: only those that are needed are made."""
    url = f"{postgres_url()}?{sql('SELECT generate_series(1, 1e15::bigint) n')}"
    chunks = ShipmentSource(chunk_rows=100, statement_seconds=20).chunks(url, SCHEMA)
    first, second = next(chunks), next(chunks)
    chunks.close()
    assert (first["n"].tolist(), second["n"].tolist()) == (list(range(1, 101)), list(range(101, 201)))
    assert TableSampler().sample(url, 10).rows["n"].tolist() == list(range(1, 11))


def test_sqlite__declared_booleans_are_truth_values_and_bytes_that_are_no_text_stay(sqlite):
    values = read(sqlite("table=Orders"), chunk_rows=3).to_dict("list")
    assert values == {
        "number": [1, 2, 2, 3],
        "line": [1, 1, 2, 1],
        "express": [None, False, True, 7],
        "note": [b"\xff", "it's; fine", "50 % off", 1.5],
    }


@pytest.mark.parametrize(
    "options",
    [
        "table=" + quote('"old.orders"'),
        "table=main.Orders",
        sql("SELECT number FROM \"Orders\" WHERE note LIKE '50 %' OR note = 'it''s; fine';"),
        sql("/* a; b */ WITH x AS (SELECT 2 AS number) -- the end;\nSELECT * FROM x"),
    ],
)
def test_sqlite__views_and_queries_are_read(sqlite, options):
    assert 2 in read(sqlite(options))["number"].tolist()


def test_query_file__holds_the_query(sqlite, tmp_path):
    path = tmp_path / "orders.sql"
    path.write_text('-- of today\nSELECT line FROM "Orders" WHERE number = 3;\n')
    assert read(sqlite(f"query_file={quote(str(path))}")).to_dict("list") == {"line": [1]}


def test_digest__is_that_of_the_rows_and_their_names(sqlite):
    source = ShipmentSource(chunk_rows=2)
    first = source.digest(sqlite("table=Orders"))
    assert ShipmentSource().digest(sqlite("table=main.Orders")) == first
    others = {source.digest(sqlite(sql(query))) for query in (
        'SELECT number, line, express, note AS other FROM "Orders"',
        'SELECT number, line, express, CAST(note AS TEXT) AS note FROM "Orders"',
        'SELECT number, line, express, note FROM "Orders" ORDER BY line DESC',
    )}  # fmt: skip
    assert len({first, *others}) == 4


def test_chunks__after_a_digest_are_the_rows_of_that_digest(sqlite, sqlite_file):
    """A row that another session writes in between would be stored under a digest that does not cover it."""
    source, url = ShipmentSource(chunk_rows=2), sqlite("table=Orders")
    source.digest(url)
    with closing(sqlite3.connect(sqlite_file)) as connection:
        connection.execute("UPDATE \"Orders\" SET note = 'changed'")
        connection.commit()

    digested, later = (pd.concat(source.chunks(url, SCHEMA)) for _ in range(2))

    assert "changed" not in digested["note"].tolist()
    assert later["note"].tolist() == ["changed"] * 4


ERRORS = {"sent": ["#REF!", "2024-01-02"], "city": ["#N/A", "#DIV/0!"], "sign": ["C#", "#hash"], "weight": [1, 2]}


def test_errors_of_a_spreadsheet__are_text_with_a_note_also_after_a_digest(tmp_path):
    source, url = ShipmentSource(), put_sqlite(pd.DataFrame(ERRORS), tmp_path / "own.db", "errors")
    source.digest(url)
    [digested], [later] = source.chunks(url, SCHEMA), source.chunks(url, SCHEMA)
    for chunk in (digested, later):
        assert chunk.to_dict("list") == ERRORS
        assert notes_of(chunk) == {
            SourceNote(NoteCode.ERROR_VALUE, "sent"): 1,
            SourceNote(NoteCode.ERROR_VALUE, "city"): 2,
        }
    [sent, city] = TableSampler().sample(url, 1).evidence
    assert sent.startswith("sent: errors of the spreadsheet, such as #N/A, which are read as text: 1;")
    assert city.startswith("city: errors of the spreadsheet, such as #N/A, which are read as text: 1;")


def test_postgresql__errors_of_a_spreadsheet_have_a_note_beside_lists_and_mappings():
    url = f"{postgres_url()}?" + sql("SELECT '#WERT!' a, ARRAY['#N/A'] b, '{\"x\": \"#N/A\"}'::jsonb c, 5 d")
    [chunk] = ShipmentSource().chunks(url, SCHEMA)
    assert notes_of(chunk) == {SourceNote(NoteCode.ERROR_VALUE, "a"): 1}
