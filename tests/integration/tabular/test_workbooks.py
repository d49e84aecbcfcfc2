"""XLSX workbooks: typed values, sheets and headers, broken and malicious files."""

import re
import sys
import zipfile
from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest

from delay_core.errors import SourceError
from delay_core.source_notes import NoteCode, SourceNote, notes_of, uncomputed_formulas
from delay_core.validation import UNREADABLE
from support.shipment_tables import schema_with_source


def _book(*rows, title="Data"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def test_xlsx__values_keep_their_types(read):
    moment = datetime(2024, 5, 1, 12, 30)  # noqa: DTZ001 - a workbook knows no zones
    table = read(
        _book([" a ", "b", 2024, "d", "e"], ["007", 1, 1.5, moment, None], ["x", True, "#N/A", date(2024, 5, 1), ""]),
        name="table.xlsx",
    )
    assert list(table) == ["a", "b", "2024", "d", "e"]
    assert table.to_numpy().tolist() == [["007", 1, 1.5, moment, None], ["x", True, "#N/A", datetime(2024, 5, 1), None]]  # noqa: DTZ001
    assert {str(kind) for kind in table.dtypes} == {"object"}


def test_xlsx__a_time_of_day_is_text_and_day_0_is_a_date_in_a_format_of_dates(read):
    book = _book(["a"], *[[serial] for serial in (0, 0.5, 1, 45292)], [time(6)], [99_999_999])
    for row in (2, 3, 4, 5, 7):
        book.active.cell(row, 1).number_format = "yyyy-mm-dd"
    assert read(book, name="table.xlsx")["a"].tolist() == [
        datetime(1899, 12, 30),  # noqa: DTZ001
        "12:00",
        datetime(1900, 1, 1),  # noqa: DTZ001
        datetime(2024, 1, 1),  # noqa: DTZ001
        "06:00",
        "#VALUE!",
    ]


@pytest.mark.parametrize(
    ("serial", "number_format", "text"),
    [
        (0, "h:mm", "00:00"),
        (0.5, "h:mm", "12:00"),
        (0.5, "yyyy-mm-dd h:mm", "12:00"),
        (0.25 + 7.5 / 86_400, "h:mm:ss", "06:00:07.5"),
        (1.5, "[h]:mm", "36:00"),
        (0.25, "[h]:mm:ss", "06:00"),
    ],
)
def test_xlsx__times_of_day_and_durations_are_text(read, serial, number_format, text):
    book = _book(["a"], [serial])
    book.active.cell(2, 1).number_format = number_format
    assert read(book, name="table.xlsx")["a"].tolist() == [text]


def _with_parts(book, change):
    """The workbook's bytes, where `change` maps the name and content of each part to its new content."""
    book.save(content := BytesIO())
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(changed := BytesIO(), "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return changed.getvalue()


@pytest.mark.parametrize(
    ("written", "value"),
    [(b"<v/>", None), (b"", None), (b"<v>7</v>", 7), (b'<v t="x"></v>', None)],
)
def test_xlsx__formulas_without_a_value_and_errors_are_noted_by_column(chunks, written, value):
    book = _book(["sent", "price"], ["2024-01-01", 1], ["2024-01-02", "=A1"], ["2024-01-03", "#N/A"])
    content = _with_parts(book, lambda _, xml: re.sub(rb"</f><v ?/>|</f><v></v>", b"</f>" + written, xml))
    [chunk] = chunks(content, "table.xlsx")
    assert chunk["price"].tolist() == [1, value, "#N/A"]
    assert uncomputed_formulas(chunk) == ({"price": [1]} if value is None else {})
    formulas = {SourceNote(NoteCode.UNCOMPUTED_FORMULA, "price"): 1} if value is None else {}
    assert notes_of(chunk) == {SourceNote(NoteCode.ERROR_VALUE, "price"): 1} | formulas


def test_xlsx__a_computed_empty_text_is_an_empty_cell(chunks):
    book = _book(["sent", "price"], ["2024-01-02", "=A1"])
    content = _with_parts(book, lambda _, xml: xml.replace(b'<c r="B2"', b'<c r="B2" t="str"'))
    [chunk] = chunks(content, "table.xlsx")
    assert (chunk["price"].tolist(), uncomputed_formulas(chunk)) == ([None], {})


def test_xlsx__the_first_visible_sheet_is_read_with_a_note_on_hidden_ones(chunks):
    book = _book(["t", "city"], [1, 2], title="Old")
    for title, state, value in (("Secret", "veryHidden", 3), ("Data", "visible", 5)):
        book.create_sheet(title).append(["t", "city"])
        book[title].append([value, value])
        book[title].sheet_state = state
    book["Old"].sheet_state = "hidden"
    book.active = 2
    [chunk] = chunks(book, "table.xlsx")
    assert chunk["t"].tolist() == [5]
    assert notes_of(chunk) == dict.fromkeys((SourceNote(NoteCode.HIDDEN_SHEET, name) for name in ("Old", "Secret")), 1)
    for title, value in (("Old", 1), ("Secret", 3)):
        [chunk] = chunks(book, "table.xlsx", schema_with_source(f"{{sheet: {title}}}"))
        assert (chunk["t"].tolist(), notes_of(chunk)) == ([value], {})


def test_xlsx__a_workbook_with_hidden_sheets_only_is_refused(read):
    content = _with_parts(_book(["t"], [1]), lambda _, xml: xml.replace(b'state="visible"', b'state="hidden"'))
    with pytest.raises(SourceError, match="has no visible sheet with cells; hidden are 'Data'; unhide one, or name it"):
        read(content, name="table.xlsx")


def test_xlsx__the_first_column_may_lack_a_name_with_a_note(chunks):
    """As pandas writes the numbers of rows."""
    [chunk] = chunks(_book([None, "a", None, "b"], [0, 1, None, 2], [1, 3, None, 4]), "table.xlsx")
    assert chunk.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    assert notes_of(chunk) == {SourceNote(NoteCode.UNNAMED_INDEX): 2, SourceNote(NoteCode.UNNAMED_COLUMN): 1}


def test_xlsx__empty_rows_and_columns_are_left_out(read):
    book = _book([None, None, None], ["a", None, "b", None], [1, None, 2, None], [None, ""], [3], [])
    assert read(book, name="table.xlsm").to_dict("list") == {"a": [1, 3], "b": [2, None]}


def test_xlsx__a_value_after_the_last_name_makes_its_row_unreadable(read):
    table = read(_book(["a", "b"], [1, 2], [3, 4, None, "SECRET"], [5, 6]), name="table.xlsx")
    assert table["a"].tolist() == [1, None, 5]
    assert table[UNREADABLE].tolist() == [None, "row 3: a value in column D, which has no name in the header", None]


def test_xlsx__the_sheet_is_that_of_the_schema_or_the_first(read):
    book = _book(["t", "city"], [1, 2])
    book.create_sheet("More").append(["t", "city"])
    book["More"].append([3, 4])
    assert read(book, schema_with_source("{}"), "table.xlsx").to_numpy().tolist() == [[1, 2]]
    assert read(book, schema_with_source("{sheet: More}"), "table.xlsx").to_numpy().tolist() == [[3, 4]]
    with pytest.raises(SourceError, match="no sheet 'Mehr'; its sheets: Data, More"):
        read(book, schema_with_source("{sheet: Mehr}"), "table.xlsx")


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
def test_xlsx__a_sheet_that_is_no_table_is_refused_with_the_reason(read, rows, message):
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


def test_xlsx__the_stated_size_of_a_sheet_is_ignored(read, tmp_path):
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
def test_xlsx__broken_or_malicious_content_is_refused(read, tmp_path, change, message):
    with pytest.raises(SourceError, match=re.escape(message)) as error:
        read(_changed(tmp_path, change), name="table.xlsx")
    assert "SECRET" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"PK\x03\x04", "table.xlsx", "no XLSX workbook, or is broken"),
        (b"\0", "table.xls", "save it as .xlsx"),
    ],
)
def test_xlsx__another_format_with_that_suffix_is_refused(read, content, name, message):
    with pytest.raises(SourceError, match=message):
        read(content, name=name)


def test_xlsx__a_too_large_workbook_is_refused(read, tmp_path):
    content = bytearray(_changed(tmp_path, lambda xml: xml))
    for entry in (match.start() for match in re.finditer(b"PK\x01\x02", bytes(content))):
        content[entry + 24 : entry + 28] = (0xFFFF_FFF0).to_bytes(4, "little")  # the unpacked size of a part
    with pytest.raises(SourceError, match=r"unpacks to [\d,]+ bytes, over 4,294,967,296"):
        read(bytes(content), name="table.xlsx")


def test_xlsx__without_openpyxl_names_the_extra(read, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for name in ("xlsx_reader", "workbook", "sheet_header"):
        monkeypatch.delitem(sys.modules, f"adapters.tabular.{name}", raising=False)
    assert read(b"a,b\n1,2\n").to_numpy().tolist() == [["1", "2"]]
    with pytest.raises(ModuleNotFoundError, match=r"delay-core\[xlsx\]"):
        read(b"PK", name="table.xlsx")
