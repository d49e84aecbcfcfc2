"""Every TableSampler returns the first rows of a table and the format of its file, and reveals no value of a cell."""

import codecs

import openpyxl
import pandas as pd
import pytest

from delay_core.errors import SourceError
from delay_core.schema import SourceFormat
from delay_core.validation import UNREADABLE
from fakes import table_sampler as fake
from support.lazy_module import LazyModule

files, tables = LazyModule("adapters.files"), LazyModule("adapters.tabular")
database_tables, stored = LazyModule("adapters.database_tables"), LazyModule("support.database_tables")
routing = LazyModule("adapters.routing")

TABLE = pd.DataFrame(
    {
        "order": [f"SECRET-{i}" for i in range(40)],
        "city": ["Köln", "Łódź", "5' 6\" long", "a;b,c|d"] * 10,
        "late": ["0", "1"] * 20,
    },
    dtype=object,
)


def _workbook(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.fixture(params=["fake", "csv", "csv.gz", "parquet", "xlsx", "SQLite", "PostgreSQL", "by scheme"])
def sampler_and_url(request, tmp_path):
    if request.param == "fake":
        return fake.TableSampler({"memory/table": TABLE}), "memory/table"
    if request.param == "PostgreSQL":
        return database_tables.TableSampler(), stored.put_postgres(TABLE, "sampled_table")
    if request.param in ("SQLite", "by scheme"):
        sampler = database_tables.TableSampler()
        if request.param == "by scheme":
            sampler = routing.RoutedTableSampler({"sqlite": database_tables.TableSampler})
        return sampler, stored.put_sqlite(TABLE, tmp_path / "own.db", "sampled_table")
    path = tmp_path / f"table.{request.param}"
    match request.param:
        case "parquet":
            TABLE.to_parquet(path, index=False)
        case "xlsx":
            _workbook(path, {"one": [[*TABLE], *TABLE.to_numpy().tolist()]})
        case _:
            TABLE.to_csv(path, index=False)
    return tables.TableSampler(files.ByteSource()), str(path)


@pytest.mark.parametrize("rows", [1, 39])
def test_sample__has_the_first_rows(sampler_and_url, rows):
    sampler, url = sampler_and_url
    sample = sampler.sample(url, rows)
    pd.testing.assert_frame_equal(sample.rows, TABLE.head(rows))
    assert not sample.whole


@pytest.mark.parametrize("rows", [40, 100_000])
def test_sample__says_whether_it_is_the_whole_table(sampler_and_url, rows):
    sampler, url = sampler_and_url
    sample = sampler.sample(url, rows)
    pd.testing.assert_frame_equal(sample.rows, TABLE)
    assert sample.whole


def test_evidence__contains_no_value_of_the_table(sampler_and_url):
    sampler, url = sampler_and_url
    sample = sampler.sample(url, 40)
    assert "SECRET" not in " ".join(sample.evidence)
    assert all("\n" not in sentence for sentence in sample.evidence)


def test_unknown_table__is_reported_by_its_url(sampler_and_url):
    sampler, url = sampler_and_url
    with pytest.raises(SourceError, match="absent"):
        sampler.sample(url.replace("sampled_table", "absent").replace("/table", "/absent"), 5)


@pytest.fixture
def sample(tmp_path):
    """Samples a file with this content."""

    def sampler(content, name="table.csv", rows=100):
        path = tmp_path / name
        _workbook(path, content) if name.endswith("xlsx") else path.write_bytes(content)
        return tables.TableSampler(files.ByteSource()).sample(str(path), rows)

    return sampler


@pytest.mark.parametrize(
    ("content", "encoding", "evidence"),
    [
        ("a,b\nü,1\n".encode(), "utf-8", "encoding utf-8: the whole file is valid UTF-8"),
        (codecs.BOM_UTF8 + "a,b\nü,1\n".encode(), "utf-8", "encoding utf-8: the file begins with its byte order mark"),
        ("a,b\nü,1\n".encode("utf-16"), "utf-16", "encoding utf-16: the file begins with its byte order mark"),
        (
            b"a,b\n" + b"x,1\n" * 500_000 + "ü,1\n".encode("latin-1"),
            "latin-1",
            "encoding latin-1: not valid UTF-8 at byte 2000004, and no byte from 0x80 to 0x9f, as cp1252 would have",
        ),
        (
            "a,b\nü€,1\n".encode("cp1252"),
            "cp1252",
            "encoding cp1252: not valid UTF-8 at byte 4, and bytes from 0x80 to 0x9f, control signs in latin-1",
        ),
        (b"a,b\n\xfc\x9d,1\n", "latin-1", "encoding latin-1: not valid UTF-8 at byte 4, nor valid cp1252 at byte 5"),
    ],
)
def test_encoding__is_detected(sample, content, encoding, evidence):
    sampled = sample(content)
    assert (sampled.form.encoding, sampled.evidence[0]) == (encoding, evidence)
    assert list(sampled.rows) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "delimiter", "evidence"),
    [
        ("a;b;c\n" + "1,5;2,5;3,5\n" * 300, ";", "delimiter ';': 3 fields in each of the first 200 lines"),
        ("a\tb, c\td\n" + "1\t2, 3\t4\n" * 3, "\t", "delimiter '\\t': 3 fields in each of the first 4 lines"),
        ("a|b|c\n" + "1|2|3\n" * 19 + "1|2\n", "|", "delimiter '|': 3 fields in 20 of the first 21 lines"),
        ("a,b\n\n1,2\n", ",", "delimiter ',': 2 fields in each of the first 2 lines"),
    ],
)
def test_delimiter__splits_all_lines_like_the_header(sample, text, delimiter, evidence):
    sampled = sample(text.encode(), "table.txt")
    assert (sampled.form.delimiter, sampled.form.quote) == (delimiter, '"')
    assert sampled.evidence[1:] == (evidence,)


@pytest.mark.parametrize(
    ("text", "quote", "first"),
    [
        ("a,b\n'1,5','it''s'\n'2','3'\n", "'", ["1,5", "it's"]),
        ("'a';'b'\n'1';'2'\n", "'", ["1", "2"]),
        ("a,b\n\"1,5\",'s-Hertogenbosch\n2,'t Hof\n", '"', ["1,5", "'s-Hertogenbosch"]),
        ("a,b\nO'Neil,5\"\n2,'t Hof\n", '"', ["O'Neil", '5"']),
    ],
)
def test_quote__is_the_character_around_fields(sample, text, quote, first):
    sampled = sample(text.encode())
    assert (sampled.form.quote, sampled.rows.iloc[0].tolist()) == (quote, first)
    assert sum("quote" in sentence for sentence in sampled.evidence) == (
        f",{quote}" in text or text[0] == quote or f"\n{quote}" in text
    )


def test_ragged_row__has_its_violation(sample):
    sampled = sample(b"a,b\n1,2\n3\n4,5\n", rows=2)
    assert sampled.rows[UNREADABLE].tolist() == [None, "line 3: 1 fields, the header has 2"]
    assert UNREADABLE not in sample(b"a,b\n1,2\n3\n4,5\n", rows=1).rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a b c\nSECRET 2 3\n", "neither comma, semicolon, tab nor bar"),
        (b"a,b\n", "header but no rows"),
        ("a,b\nSECRET,1\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"a,a\nSECRET,1\n", "columns 1 and 2 have the same name"),
    ],
)
def test_other_files__are_refused_without_quoting_a_value(sample, content, message):
    with pytest.raises(SourceError, match=message) as error:
        sample(content)
    assert "SECRET" not in str(error.value)


def test_workbook__first_sheet_with_a_table_is_selected(sample):
    cover = [["Report of", None, "May"], ["SECRET", 3]]
    sampled = sample(
        {"Cover": cover, "Notes": [["Note"], ["x"]], "Data": [["a", "b"], [1, 2.5]], "Old": []}, "table.xlsx"
    )
    assert sampled.form == SourceFormat(sheet="Data")
    assert sampled.evidence == ("sheet 'Data': the first with a header and rows; the others: 'Cover', 'Notes', 'Old'",)
    assert sampled.rows.to_dict("list") == {"a": [1], "b": [2.5]}


def test_workbook__with_one_sheet_needs_no_sheet_name(sample):
    sampled = sample({"Data": [["a", "b"], [1, 2]]}, "table.xlsx")
    assert (sampled.form, sampled.evidence) == (SourceFormat(), ())


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ({"Note": [["a"], ["SECRET"]]}, "no sheet has rows under a header of more than one column"),
        ({"Gap": [["a", None, "b"], [1, "SECRET", 1]]}, "column B has a value in row 2"),
        ({"Blank": []}, "sheet 'Blank' is empty"),
    ],
)
def test_workbook__without_a_table_is_refused_without_quoting_a_value(sample, sheets, message):
    with pytest.raises(SourceError, match=message) as error:
        sample(sheets, "table.xlsx")
    assert "SECRET" not in str(error.value)
