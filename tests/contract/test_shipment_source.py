"""What every ShipmentSource keeps to: rows in order, in chunks, under a digest of their content."""

import csv
import gzip
import re
import sys
import zipfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from io import StringIO

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from delay_core import load_schema, parse_schema
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat
from delay_core.validation import UNREADABLE
from fakes import shipment_source as fake
from support.lazy_module import LazyModule
from support.properties import examples

files, simulator = LazyModule("adapters.files"), LazyModule("adapters.simulator")
tables, csv_reader = LazyModule("adapters.tabular"), LazyModule("adapters.tabular.csv_reader")
routing = LazyModule("adapters.routing")

SCHEMA = load_schema("smart_logistics")
SIMULATED = "simulator://smart_logistics?rows=120&seed=3"


def _raw():
    return pd.concat(simulator.ShipmentSource().chunks(SIMULATED, SCHEMA), ignore_index=True)


@pytest.fixture(
    params=["fake", "csv", "csv.gz", "parquet", "xlsx", "simulator", "by scheme: simulator", "by scheme: path"]
)
def source_and_url(request, tmp_path):
    if request.param == "simulator":
        return simulator.ShipmentSource(), SIMULATED
    if request.param == "fake":
        return fake.ShipmentSource({"memory": _raw()}, chunk_rows=50), "memory"
    if request.param == "by scheme: simulator":
        return by_scheme(), SIMULATED
    path = tmp_path / f"table.{'csv' if request.param == 'by scheme: path' else request.param}"
    match request.param:
        case "parquet":
            _raw().to_parquet(path, index=False)
        case "xlsx":
            _raw().to_excel(path, index=False)
        case _:
            _raw().to_csv(path, index=False)
    source = by_scheme() if request.param == "by scheme: path" else tables.ShipmentSource(files.ByteSource())
    return source, str(path)


def by_scheme():
    """As the container puts it together, without the sources that need a network."""
    return routing.RoutedShipmentSource({
        "simulator": simulator.ShipmentSource,
        "file": lambda: tables.ShipmentSource(files.ByteSource()),
    })  # fmt: skip


def test_all_rows_come_in_order_under_the_names_of_the_table(source_and_url):
    source, url = source_and_url
    table = pd.concat(source.chunks(url, SCHEMA), ignore_index=True)
    # a workbook cannot tell an empty text from an empty cell
    pd.testing.assert_frame_equal(table.fillna(""), _raw().fillna(""))


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


def _schema(source):
    return parse_schema(
        f"""
name: other
version: 1
source: {source}
prediction_point: {{column: t, stage: order}}
label: {{column: late}}
columns:
  t: {{role: timestamp}}
  city: {{role: categorical, unseen: bucket}}
  late: {{role: label, available_at: delivered}}
""",
        "other.yaml",
    )


@pytest.fixture
def read(tmp_path):
    """Reads a file with this content: bytes, an Arrow table, or a workbook."""

    def reader(content, schema=SCHEMA, name="table.csv"):
        path = tmp_path / name
        match content:
            case bytes():
                path.write_bytes(content)
            case pa.Table():
                pq.write_table(content, path)
            case _:
                content.save(path)
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
        (b"a,a\n1,2\n", "columns 1 and 2 have the same name"),
        (b"a,b\n\xff,1\n", r"not utf-8 text \(byte 4\)"),
        (b"a,b\n" + b"x,1\n" * 500_000 + b"\xff,1\n", r"not utf-8 text \(byte 2000004\)"),
        (b'a,b\n"1,2\n', "after line 2: unexpected end of data; is source.quote right"),
        (b'a,b\n1,2\n"SECRET"x,2\n', "after line 3.*quote"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "field larger than field limit"),
    ],
)
def test_a_file_that_is_no_table_says_why(read, content, message):
    with pytest.raises(SourceError, match=message) as error:
        read(content)
    assert "SECRET" not in str(error.value)


def test_parquet_in_name_only_is_refused(tmp_path):
    path = tmp_path / "table.parquet"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(SourceError, match="is not a Parquet file"):
        list(tables.ShipmentSource(files.ByteSource()).chunks(str(path), SCHEMA))


def test_delimiter_quote_and_encoding_come_from_the_schema(read):
    schema = _schema("""{delimiter: ";", encoding: latin-1, quote: "'"}""")
    table = read("t;city;late\n'2024;ü';Köln;1\n".encode("latin-1"), schema)
    assert table.values.tolist() == [["2024;ü", "Köln", "1"]]


def test_a_line_that_never_ends_is_refused(read, monkeypatch):
    monkeypatch.setattr("adapters.tabular.csv_text.LONGEST_LINE", 3 << 20)
    with pytest.raises(SourceError, match="a line of over 3,145,728 characters; is this a CSV file"):
        read(b"a,b\n" + bytes(8 << 20))


def test_half_a_gzip_file_is_refused(read):
    with pytest.raises(SourceError, match="no whole gzip file"):
        read(gzip.compress(b"a,b\n" + b"1,2\n" * 9)[:-9], name="table.csv.gz")


def test_utf16_without_its_mark_is_told(read):
    with pytest.raises(SourceError, match=r"not utf-16 text \(byte 0\)"):
        read("t,city,late\n".encode("utf-16-be"), _schema("{encoding: utf-16}"))


def test_a_delimiter_of_several_bytes_cuts_too(read):
    assert read("t§city\n1§2\n".encode(), _schema("{delimiter: §}")).values.tolist() == [["1", "2"]]


def _as_python_cuts(text, quote):
    """Header, and rows or what is wrong with them; or the reason why nothing can be cut."""
    reader = csv.reader(StringIO(text, newline=""), quotechar=quote, strict=True)
    rows = []
    try:
        header = next(row for row in reader if row)
        for row in reader:
            if row:
                ragged = f"line {reader.line_num}: {len(row)} fields, the header has {len(header)}"
                rows.append(row if len(row) == len(header) else ragged)
    except csv.Error as error:
        return f"after line {reader.line_num}: {error};"
    return rows


def _as_we_cut(path, quote, block):
    rows = []
    try:
        for chunk in csv_reader.read_csv(path, SourceFormat(quote=quote), 3, block):
            why = chunk.pop(UNREADABLE) if UNREADABLE in chunk else [None] * len(chunk)
            assert len(chunk) <= 3
            rows += [reason or row for row, reason in zip(chunk.to_numpy().tolist(), why, strict=True)]
    except SourceError as error:
        return re.search("after line.*;", str(error))[0]
    return rows


PARTS = [
    '"',
    '""',
    '","',
    '\n"',
    '"\n',
    "'",
    ",",
    "\n",
    "\r",
    "\r\n",
    "1,2\n3,4\n",
    '"x,\n",y\n',
    "ab",
    "é",
    "\ufeff",
    "\0",
    " ",
]


@examples(6)
@example(body='1,2\r"a\r\nb",3\n4\n\n5" x,6\n' * 3, block=7, quote='"')
@given(
    body=st.lists(st.sampled_from(PARTS), max_size=24).map("".join),
    block=st.integers(1, 40),
    quote=st.sampled_from("\"'"),
)
def test_fast_and_careful_reading_cut_as_python_does(tmp_path_factory, body, block, quote):
    text = f"\nh,i\n{body}"
    path = tmp_path_factory.getbasetemp() / "property.csv"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adapters.tabular.csv_text.PIECE_BYTES", block)  # so that blocks end everywhere
        assert _as_we_cut(path, quote, block) == _as_python_cuts(text, quote)


def test_ragged_rows_far_into_a_large_file_stand_at_their_place(read):
    lines = [f"{i},{i}" for i in range(1_000_000)]
    lines[654_321] = "1,2,3"
    table = read(("a,b\n" + "\n".join(lines)).encode())
    wrong = table[UNREADABLE].dropna()
    assert wrong.to_dict() == {654_321: "line 654323: 3 fields, the header has 2"}
    assert table["a"].isna().sum() == 1
    assert table["a"].iloc[[0, 654_320, 654_322, 999_999]].tolist() == ["0", "654320", "654322", "999999"]


def test_parquet_values_stay_typed_and_structures_become_columns(read):
    zone = timezone(timedelta(hours=2))
    table = pa.table(
        {
            "id": pa.array([7, None]),
            "outer": pa.array([{"a": 1.5, "inner": {"b": "x"}}, None]),
            "word": pa.array(["w", None]).dictionary_encode(),
            "weight": pa.array([Decimal("1.25"), None]),
            "number": pa.array([Decimal(12), None]),
            "day": pa.array([date(2024, 5, 1), None]),
            "naive": pa.array([datetime(2024, 5, 1, 12), None], pa.timestamp("ns")),  # noqa: DTZ001 - naive on purpose
            "aware": pa.array([datetime(2024, 5, 1, 12, tzinfo=zone), None], pa.timestamp("ms", "+02:00")),
            "far": pa.array([10**15, None], pa.timestamp("ms")),
            "list": pa.array([[1, 2], None]),
            "flag": pa.array([True, None]),
            "nothing": pa.nulls(2),
        }
    )
    first, second = (row.to_dict() for _, row in read(table, name="table.parquet").astype(object).iterrows())
    assert first == {
        "id": 7,
        "outer.a": 1.5,
        "outer.inner.b": "x",
        "word": "w",
        "weight": 1.25,
        "number": 12,
        "day": datetime(2024, 5, 1),  # noqa: DTZ001 - a day has no zone
        "naive": datetime(2024, 5, 1, 12),  # noqa: DTZ001 - naive on purpose
        "aware": datetime(2024, 5, 1, 10, tzinfo=UTC),
        "far": "33658-09-27T01:46:40.000",
        "list": [1, 2],
        "flag": True,
        "nothing": None,
    }
    assert type(first["id"]) is int
    assert first["aware"].utcoffset() == timedelta(hours=2)
    assert set(second.values()) == {None}


def test_names_that_are_equal_once_structures_are_flat_are_refused(read):
    table = pa.table({"a.b": [1], "a": pa.array([{"b": 2}])})
    with pytest.raises(SourceError, match="have the same name"):
        read(table, name="table.parquet")


def _book(*rows, title="Data"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def test_xlsx_values_stay_typed(read):
    moment = datetime(2024, 5, 1, 12, 30)  # noqa: DTZ001 - a workbook knows no zones
    table = read(
        _book([" a ", "b", 2024, "d", "e"], ["007", 1, 1.5, moment, None], ["x", True, "#N/A", date(2024, 5, 1), ""]),
        name="table.xlsx",
    )
    assert list(table) == ["a", "b", "2024", "d", "e"]
    assert table.to_numpy().tolist() == [["007", 1, 1.5, moment, None], ["x", True, "#N/A", datetime(2024, 5, 1), None]]  # noqa: DTZ001
    assert {str(kind) for kind in table.dtypes} == {"object"}


def test_dates_around_day_0_of_a_workbook_are_dates_like_their_neighbours(read):
    book = _book(["a"], *[[serial] for serial in (0, 0.5, 1, 45292)], [time(6)], [99_999_999])
    for row in (2, 3, 4, 5, 7):
        book.active.cell(row, 1).number_format = "yyyy-mm-dd"
    assert read(book, name="table.xlsx")["a"].tolist() == [
        datetime(1899, 12, 30),  # noqa: DTZ001
        datetime(1899, 12, 30, 12),  # noqa: DTZ001
        datetime(1900, 1, 1),  # noqa: DTZ001
        datetime(2024, 1, 1),  # noqa: DTZ001
        datetime(1899, 12, 30, 6),  # noqa: DTZ001
        "#VALUE!",
    ]


def test_empty_rows_and_columns_of_a_sheet_are_left_out(read):
    book = _book([None, None, None], ["a", None, "b", None], [1, None, 2, None], [None, ""], [3], [])
    assert read(book, name="table.xlsm").to_dict("list") == {"a": [1, 3], "b": [2, None]}


def test_a_value_beyond_the_names_of_a_sheet_makes_its_row_unreadable(read):
    table = read(_book(["a", "b"], [1, 2], [3, 4, None, "SECRET"], [5, 6]), name="table.xlsx")
    assert table["a"].tolist() == [1, None, 5]
    assert table[UNREADABLE].tolist() == [None, "row 3: a value in column D, which has no name in the header", None]


def test_the_sheet_comes_from_the_schema_or_is_the_first(read):
    book = _book(["t", "city"], [1, 2])
    book.create_sheet("More").append(["t", "city"])
    book["More"].append([3, 4])
    assert read(book, _schema("{}"), "table.xlsx").to_numpy().tolist() == [[1, 2]]
    assert read(book, _schema("{sheet: More}"), "table.xlsx").to_numpy().tolist() == [[3, 4]]
    with pytest.raises(SourceError, match="no sheet 'Mehr'; its sheets: Data, More"):
        read(book, _schema("{sheet: Mehr}"), "table.xlsx")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["a", " a"], ["SECRET", 1]], "columns 1 and 2 have the same name"),
        (
            [["a", None, "c"], [1, None, 2], [1, "SECRET", 2]],
            "sheet 'Data': column B has a value in row 3, but no name",
        ),
        ([[" "], ["SECRET"]], "no names in the header, row 1"),
        ([["a", "b"]], "header but no rows"),
        ([], "sheet 'Data' is empty"),
    ],
)
def test_a_sheet_that_is_no_table_says_why(read, rows, message):
    with pytest.raises(SourceError, match=message) as error:
        read(_book(*rows), name="table.xlsx")
    assert "SECRET" not in str(error.value)


def _changed(tmp_path, change):
    """A workbook whose sheet's XML is changed."""
    path, changed = tmp_path / "made.xlsx", tmp_path / "changed.xlsx"
    _book(["a", "b"], [1, 2], [3, 4]).save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            new.writestr(name, change(content) if name.endswith("sheet1.xml") else content)
    return changed.read_bytes()


def test_what_a_sheet_says_about_its_size_is_not_believed(read, tmp_path):
    for dimension in ('<dimension ref="A1:A1"/>', '<dimension ref="A1:ZZ9"/>', ""):
        content = _changed(tmp_path, lambda xml, dimension=dimension: re.sub("<dimension[^>]*>", dimension, xml))
        assert read(content, name="table.xlsx").to_numpy().tolist() == [[1, 2], [3, 4]]


BOMB = '<!DOCTYPE x [<!ENTITY a "SECRET"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda xml: xml.replace("<worksheet", BOMB).replace("<v>4<", "<v>&b;<"), "broken (EntitiesForbidden)"),
        (lambda xml: xml.replace("<v>4<", "<v>SECRET<"), "broken (ValueError)"),
        (lambda xml: xml[:-20], "broken (ParseError)"),
        (lambda xml: xml.replace('<row r="3"', '<row r="99999999999"'), "over 1,048,576 rows"),
    ],
)
def test_a_workbook_with_broken_or_hostile_content_is_refused(read, tmp_path, change, message):
    with pytest.raises(SourceError, match=re.escape(message)) as error:
        read(_changed(tmp_path, change), name="table.xlsx")
    assert "SECRET" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"a,b\n1,2\n", "table.xlsx", "no XLSX workbook, or is broken"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "table.xlsx", "locked by a password"),
        (b"anything", "table.xls", "save it as .xlsx"),
    ],
)
def test_a_workbook_in_name_only_is_refused(read, content, name, message):
    with pytest.raises(SourceError, match=message):
        read(content, name=name)


def test_a_workbook_that_unpacks_to_too_much_is_refused(read, tmp_path):
    content = bytearray(_changed(tmp_path, lambda xml: xml))
    for entry in (match.start() for match in re.finditer(b"PK\x01\x02", bytes(content))):
        content[entry + 24 : entry + 28] = (0xFFFF_FFF0).to_bytes(4, "little")  # the unpacked size of a part
    with pytest.raises(SourceError, match=r"unpacks to [\d,]+ bytes, over 4,294,967,296"):
        read(bytes(content), name="table.xlsx")


def test_csv_needs_no_openpyxl_and_a_workbook_says_which_extra_brings_it(read, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for name in ("xlsx_reader", "workbook", "sheet_header"):
        monkeypatch.delitem(sys.modules, f"adapters.tabular.{name}", raising=False)
    assert read(b"a,b\n1,2\n").to_numpy().tolist() == [["1", "2"]]
    with pytest.raises(ModuleNotFoundError, match=r"delay-core\[xlsx\]"):
        read(b"PK", name="table.xlsx")
