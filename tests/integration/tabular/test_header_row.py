"""`source.header_row`: titles above the header are not read, in CSV and XLSX alike, and `schema init` finds them."""

import openpyxl
import pytest

from adapters import files
from adapters import tabular as tables
from adapters.tabular.title_lines import find_header
from delay_core.errors import SourceError
from delay_core.validation import UNREADABLE
from support.shipment_tables import schema_with_source

TITLES = [["Deliveries", None, None], [], ["May 2024", None, None]]
ROWS = [["parcel", "city", "carrier"], ["p1", "Köln", "DHL"], ["p2", "Ulm", "UPS"]]


def as_csv(rows, end="\r\n"):
    return end.join(",".join(str(cell or "") for cell in row) for row in rows).encode()


def as_book(rows):
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            book.active.cell(number, column, value)
    return book


FORMATS = pytest.mark.parametrize(("name", "write"), [("t.csv", as_csv), ("t.xlsx", as_book)])


@pytest.fixture
def sample(tmp_path):
    def sample(content, name):
        path = tmp_path / name
        path.write_bytes(content) if isinstance(content, bytes) else content.save(path)
        return tables.TableSampler(files.ByteSource()).sample(str(path), 10)

    return sample


@FORMATS
@pytest.mark.parametrize("titles", [0, 1, 3])
def test_rows_above_the_header__are_not_read(read, name, write, titles):
    schema = schema_with_source(f"{{header_row: {titles + 1}}}")
    table = read(write(TITLES[:titles] + ROWS), schema, name)
    assert list(table) == ROWS[0]
    assert table.to_numpy().tolist() == ROWS[1:]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_of_a_csv_file__are_counted_as_an_editor_counts_them(read, end):
    content = end.join(['"May, 2024', 'draft"', "", "a,b", "1,2", "3"]).encode()
    table = read(content, schema_with_source("{header_row: 4}"))
    assert table["a"].tolist() == ["1", None]
    assert table[UNREADABLE].tolist() == [None, "line 6: 1 fields, the header has 2"]


@FORMATS
@pytest.mark.parametrize("header_row", [2, 7, 2_000])
def test_header_row__that_is_blank_or_beyond_the_end_is_refused(read, name, write, header_row):
    with pytest.raises(SourceError, match=rf"source\.header_row is {header_row}, and that \w+ is .*, counted from 1"):
        read(write(TITLES + ROWS), schema_with_source(f"{{header_row: {header_row}}}"), name)


@FORMATS
@pytest.mark.parametrize("titles", [1, 3])
def test_sample__begins_at_the_header_below_titles(sample, name, write, titles):
    sampled = sample(write(TITLES[:titles] + ROWS), name)
    assert sampled.form.header_row == titles + 1
    assert sampled.rows.to_numpy().tolist() == ROWS[1:]
    assert any(f"header in {'row' if name == 't.xlsx' else 'line'} {titles + 1}: " in each for each in sampled.evidence)


def test_sample__has_a_title_of_one_field(sample):
    sampled = sample(b"Report of May\n" + as_csv(ROWS).replace(b",", b";"), "t.csv")
    assert (sampled.form.header_row, sampled.form.delimiter) == (2, ";")


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        [["a", "b", "c", "d"], ["x", None, None, None], ["y", None, None, None]],  # few values below the header
        [[None, "a"], ["x", "foo"], ["y", "bar"]],  # the index of pandas
        [["a", None, None], ["x", "1", "2"], ["y", "3", "4"]],  # every line has numbers
        [["a", None], ["b", None]],
        [],
    ],
)
def test_header_below_titles__is_not_seen_where_the_first_row_may_be_the_header(rows):
    assert find_header(list(enumerate(rows, 1))) is None
