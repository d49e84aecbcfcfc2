"""What every ShipmentSource keeps to: rows in order, in chunks, under a digest of their content."""

import pandas as pd
import pytest

from adapters import files, simulator, tables
from delay_core import load_schema, parse_schema
from delay_core.errors import SourceError
from delay_core.validation import UNREADABLE
from fakes import shipment_source as fake

SCHEMA = load_schema("smart_logistics")
SIMULATED = "simulator://smart_logistics?rows=120&seed=3"


def _raw():
    return pd.concat(simulator.ShipmentSource().chunks(SIMULATED, SCHEMA), ignore_index=True)


@pytest.fixture(params=["fake", "csv", "parquet", "simulator"])
def source_and_url(request, tmp_path):
    if request.param == "simulator":
        return simulator.ShipmentSource(), SIMULATED
    if request.param == "fake":
        return fake.ShipmentSource({"memory": _raw()}, chunk_rows=50), "memory"
    path = tmp_path / f"table.{request.param}"
    _raw().to_csv(path, index=False) if request.param == "csv" else _raw().to_parquet(path, index=False)
    return tables.ShipmentSource(files.ByteSource()), str(path)


def test_all_rows_come_in_order_under_the_names_of_the_table(source_and_url):
    source, url = source_and_url
    table = pd.concat(source.chunks(url, SCHEMA), ignore_index=True)
    pd.testing.assert_frame_equal(table, _raw())


def test_reading_again_gives_the_same(source_and_url):
    source, url = source_and_url
    first, second = (pd.concat(source.chunks(url, SCHEMA), ignore_index=True) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_the_digest_names_the_content(source_and_url):
    source, url = source_and_url
    assert len(source.digest(url)) == 64
    assert source.digest(url) == source.digest(url)


def test_an_unknown_table_is_an_error_that_names_it(source_and_url):
    source, url = source_and_url
    missing = url.replace("smart_logistics", "absent").replace("memory", "absent").replace("table", "absent")
    with pytest.raises(SourceError, match="absent"):
        source.digest(missing)
    with pytest.raises(SourceError, match="absent"):
        list(source.chunks(missing, SCHEMA))


@pytest.fixture
def read(tmp_path):
    """Reads a CSV file with this content."""

    def reader(content, schema=SCHEMA):
        path = tmp_path / "table.csv"
        path.write_bytes(content)
        return pd.concat(tables.ShipmentSource(files.ByteSource()).chunks(str(path), schema), ignore_index=True)

    return reader


def test_a_ragged_row_is_told_with_its_line_and_the_rows_around_it_stay(read):
    table = read(b'a,b\n1,2\n"3\n3",4\n5\n6,7,8\n9,10\n')
    assert table["a"].tolist() == ["1", "3\n3", None, None, "9"]
    assert table[UNREADABLE].tolist()[2:4] == [
        "line 5: 1 fields, the header has 2",
        "line 6: 3 fields, the header has 2",
    ]


def test_text_stays_as_it_stands_in_the_file(read):
    assert read(b"\xef\xbb\xbfa,b\r\n007,None\r\n NA ,\r\n").values.tolist() == [["007", "None"], [" NA ", ""]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n", "header but no rows"),
        (b"a,a\n1,2\n", "'a' stands twice"),
        (b"a,b\n\xff,1\n", "not utf-8 text"),
        (b'a,b\n"1,2\n', "quote"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "field larger than field limit"),
    ],
)
def test_a_file_that_is_no_table_says_why(read, content, message):
    with pytest.raises(SourceError, match=message):
        read(content)


def test_parquet_in_name_only_is_refused(tmp_path):
    path = tmp_path / "table.parquet"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(SourceError, match="is not a Parquet file"):
        list(tables.ShipmentSource(files.ByteSource()).chunks(str(path), SCHEMA))


def test_delimiter_quote_and_encoding_come_from_the_schema(read):
    text = """
name: other
version: 1
source: {delimiter: ";", encoding: latin-1, quote: "'"}
prediction_point: {column: t, stage: order}
label: {column: late}
columns:
  t: {role: timestamp}
  city: {role: categorical, unseen: bucket}
  late: {role: label, available_at: delivered}
"""
    table = read("t;city;late\n'2024;ü';Köln;1\n".encode("latin-1"), parse_schema(text, "other.yaml"))
    assert table.values.tolist() == [["2024;ü", "Köln", "1"]]
