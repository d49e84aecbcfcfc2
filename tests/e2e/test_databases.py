"""Tables of databases in the commands: the same rows as from a file, and no password in what is shown or stored."""

import json

import pandas as pd
import pytest

from support.cli import Delay
from support.database_tables import postgres_url, put_postgres, put_sqlite
from support.written_files import everything_in

FIGURES = ("rows", "late", "on_time", "open", "problems")


@pytest.fixture(scope="module")
def from_file(tmp_path_factory):
    """The rows of a small table of the schema `smart_logistics`, its report, and the stored rows."""
    folder = tmp_path_factory.mktemp("from-file")
    delay = Delay(folder / "delay-data")
    delay("simulate", "--out", folder / "table.csv", "--rows", "300")
    rows = pd.read_csv(folder / "table.csv", dtype=str, keep_default_na=False)
    rows.loc[7, "Latitude"] = "north"
    rows.to_csv(folder / "table.csv", index=False)
    report = json.loads(delay("ingest", "--source", folder / "table.csv", "--json").stdout)
    return rows, report, stored(delay)


def stored(delay):
    """The bytes of the accepted and of the quarantined rows."""
    return {path.name: path.read_bytes() for path in delay.data.glob("ingested/*/*.parquet")}


def test_ingest__stores_the_same_rows_from_sqlite(delay, from_file, tmp_path):
    rows, expected, expected_files = from_file
    report = json.loads(delay("ingest", "--source", put_sqlite(rows, tmp_path / "a.db", "own"), "--json").stdout)

    assert report["rows"]["quarantined"] > 0
    assert [report[name] for name in FIGURES] == [expected[name] for name in FIGURES]
    assert stored(delay) == expected_files


def test_commands__read_postgresql_and_show_no_password(delay, from_file, tmp_path):
    rows, expected, expected_files = from_file
    url, draft = put_postgres(rows, "own"), tmp_path / "own.yaml"
    password = postgres_url().split("@")[0].rpartition(":")[2]
    commands = [("ingest",), ("schema", "check", "--schema", "smart_logistics")]

    output = [delay(*command, "--source", url, "--json").stdout for command in commands]
    output += [delay("schema", "init", url, "--out", draft).stdout, draft.read_text("utf-8")]

    assert json.loads(output[0])["rows"] == json.loads(output[1])["rows"] == expected["rows"]
    assert stored(delay) == expected_files
    assert "name: own\n" in output[3]
    assert ":***@127.0.0.1" in output[0]
    assert ":***@127.0.0.1" in output[2]
    assert not [text for text in (*output, *(text for _, text in everything_in(delay.data))) if password in text]


def test_an_unreachable_database__is_named_without_its_password(delay):
    url = "postgresql://reader:s3cret@127.0.0.1:9/wms?table=public.orders"
    ended = delay("ingest", "--source", url, expect=3)
    assert "postgresql://127.0.0.1:9/wms, table public.orders: no connection as the role reader" in ended.stderr
    assert "s3cret" not in ended.stderr
