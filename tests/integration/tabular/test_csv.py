"""CSV files: encodings, delimiters, quotes, ragged rows; two readers with the same result."""

import csv
import gzip
import re
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.tabular import csv_reader
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat
from delay_core.source_notes import NoteCode, SourceNote, notes_of
from delay_core.validation import UNREADABLE
from support.properties import examples
from support.shipment_tables import schema_with_source


def test_csv__a_ragged_row_is_reported_with_its_line(read):
    table = read(b'a,b\n1,2\n"3\n3",4\n5\n6,7,8\n9,10\n')
    assert table["a"].tolist() == ["1", "3\n3", None, None, "9"]
    assert table[UNREADABLE].tolist()[2:4] == [
        "line 5: 1 fields, the header has 2",
        "line 6: 3 fields, the header has 2",
    ]


def test_csv__empty_columns_without_a_name_and_row_numbers_are_left_out_with_a_note(chunks):
    [chunk] = chunks(b",a,,b,,\n0,1,,2,,\n1,3,,4,,SECRET\n2,5,,6,,\n")
    assert chunk["a"].tolist() == ["1", None, "5"]
    assert list(chunk) == ["a", "b", UNREADABLE]
    assert chunk[UNREADABLE].tolist() == [None, "row 2: a value in column 6, which has no name in the header", None]
    assert notes_of(chunk) == {SourceNote(NoteCode.UNNAMED_INDEX): 3, SourceNote(NoteCode.UNNAMED_COLUMN): 3}


def test_csv__a_title_above_the_header_is_named_as_the_reason(read):
    with pytest.raises(SourceError, match=r"no name for 2 columns that have values; if it is a title, set source\.he"):
        read(b"Report,,\na,b,c\n1,2,3\n")


def test_csv__text_stays_unchanged(read):
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
def test_csv__a_file_that_is_no_table_is_refused_with_the_reason(read, content, message):
    with pytest.raises(SourceError, match=message) as error:
        read(content)
    assert "SECRET" not in str(error.value)


def test_csv__delimiter_quote_and_encoding_come_from_theschema_with_source(read):
    schema = schema_with_source("""{delimiter: ";", encoding: latin-1, quote: "'"}""")
    table = read("t;city;late\n'2024;ü';Köln;1\n".encode("latin-1"), schema)
    assert table.values.tolist() == [["2024;ü", "Köln", "1"]]


def test_csv__a_too_long_line_is_refused(read, monkeypatch):
    monkeypatch.setattr("adapters.tabular.text_buffer.MAX_LINE_LETTERS", 3 << 20)
    with pytest.raises(SourceError, match="a line of over 3,145,728 characters; is this a CSV file"):
        read(b"a,b\n" + bytes(8 << 20))


def test_csv__an_incomplete_gzip_file_is_refused(read):
    with pytest.raises(SourceError, match="no complete gzip file"):
        read(gzip.compress(b"a,b\n" + b"1,2\n" * 9)[:-9], name="table.csv.gz")


def test_csv__utf16_without_byte_order_mark_is_reported(read):
    with pytest.raises(SourceError, match=r"not utf-16 text \(byte 0\)"):
        read("t,city,late\n".encode("utf-16-be"), schema_with_source("{encoding: utf-16}"))


def test_csv__a_delimiter_can_have_several_bytes(read):
    assert read("t§city\n1§2\n".encode(), schema_with_source("{delimiter: §}")).values.tolist() == [["1", "2"]]


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
def test_csv__both_readers_split_rows_as_the_csv_module_does(tmp_path_factory, body, block, quote):
    text = f"\nh,i\n{body}"
    path = tmp_path_factory.getbasetemp() / "property.csv"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adapters.tabular.text_buffer.CHUNK_BYTES", block)  # so that blocks end everywhere
        assert _as_we_cut(path, quote, block) == _as_python_cuts(text, quote)


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("shift", [0, 1, 2])
def test_csv__a_line_end_in_quotes_stays_unchanged_at_every_mebibyte(read, line_end, shift):
    """pyarrow by default reads blocks of one mebibyte."""
    body = ""
    for end in (1 << 20, 2 << 20):  # the first character of the line end is the last one of a block
        body += "x" * 99 + ",1\n"
        body += "y,2\n" * ((end - len(body) - 9) // 4)
        body += "z" * (end - len(body) - 6 - shift) + f',"Sud{line_end}N"\n'
    table = read(f"a,b\n{body}".encode())
    assert body[(1 << 20) - 1 - shift] == line_end[0]
    assert table["b"][table["b"].str.contains("N")].tolist() == [f"Sud{line_end}N"] * 2


def test_csv__ragged_rows_of_a_large_file_keep_their_positions(read):
    lines = [f"{i},{i}" for i in range(1_000_000)]
    lines[654_321] = "1,2,3"
    table = read(("a,b\n" + "\n".join(lines)).encode())
    wrong = table[UNREADABLE].dropna()
    assert wrong.to_dict() == {654_321: "line 654323: 3 fields, the header has 2"}
    assert table["a"].isna().sum() == 1
    assert table["a"].iloc[[0, 654_320, 654_322, 999_999]].tolist() == ["0", "654320", "654322", "999999"]
