"""Uploaded tables in a child process: what is read of them, and what a broken or hostile one costs."""

import json
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from entrypoints.table_process import client
from entrypoints.table_process.__main__ import run
from entrypoints.table_process.client import UnreadableTable
from entrypoints.table_process.messages import Failure, FileFormat, ReadRequest, TableContent


def read(path, columns, max_rows=10, **form):
    request = ReadRequest(path=str(path), form=FileFormat(**form), columns=columns, max_rows=max_rows)
    return run("read", request.model_dump())


def test_csv_in_a_child_process__keeps_texts_and_names_what_it_does_not_read():
    content = "id;load;driver\n007;12,5;Ann\n008;1;2;3\n=1+1;;Bob\n".encode("utf-16")
    form = FileFormat(delimiter=";", encoding="utf-16")

    table = client.read_table("../orders .csv", content, form, ("id", "load", "wait"))

    assert table.header == ("id", "load", "driver")
    assert table.columns == {"id": ["007", None, "=1+1"], "load": ["12,5", None, ""]}
    assert list(table.unreadable) == [2]
    assert table.row_count == 3


def test_parquet__keeps_types_and_writes_dates_as_the_schema_does(tmp_path):
    sent = [datetime(2024, 6, 3, 8, 30), None]  # noqa: DTZ001 - as tables have it
    rows = {"id": ["007", "8"], "load": [1.5, float("nan")], "count": [3, None], "sent": sent, "other": [{"a": 1}] * 2}
    pq.write_table(pa.table(rows), tmp_path / "a.parquet")
    formats = ("%d-%b-%y", "%Y/%m/%d %H:%M")

    table = read(tmp_path / "a.parquet", ("id", "load", "count", "sent"), date_formats=formats)

    assert table.columns == {
        "id": ["007", "8"], "load": [1.5, None], "count": [3, None], "sent": ["2024/06/03 08:30", None],
    }  # fmt: skip
    assert table.header == ("id", "load", "count", "sent", "other.a")


def test_workbook__has_typed_cells_and_its_formulas_without_value_are_named(tmp_path):
    book = Workbook()
    for row in (("id", "load", "sent"), ("007", 12, date(2024, 6, 3)), (8, "=1+1", None)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")

    table = read(tmp_path / "a.xlsx", ("id", "load", "sent"))

    assert table.columns == {"id": ["007", 8], "load": [12, None], "sent": ["2024-06-03T00:00:00", None]}
    assert list(table.unreadable) == [2]
    assert "open and save the file in a spreadsheet program" in table.unreadable[2]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"id\n" + b"1\n" * 11, "more than 10 rows"),
        ("a.csv", b"id\n", "no rows"),
        ("a.xlsx", b"PK\x03\x04broken", "BadZipFile"),
        ("a.parquet", b"id\n1\n", "text"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx"),
    ],
)
def test_file_that_cannot_be_read__has_a_reason(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    response = read(tmp_path / name, ("id",))
    assert isinstance(response, Failure)
    assert reason in response.message


class Process:
    """Instead of a child: what it wrote."""

    def __init__(self, stdout):
        self.stdout = stdout


@pytest.mark.parametrize(
    ("stdout", "reason"),
    [("", "too much memory or time"), ('{"message": "%s/a.csv is broken"}', "^a.csv is broken$")],
)
def test_failed_child__is_a_sentence_about_the_file(monkeypatch, stdout, reason):
    def start(*_, **options):
        path = json.loads(options["input"])["parameters"]["path"]
        return Process(stdout.replace("%s", path.removesuffix("/a.csv")))

    monkeypatch.setattr(client.subprocess, "run", start)
    with pytest.raises(UnreadableTable, match=reason):
        client.read_table("a.csv", b"id\n1\n", FileFormat(), ("id",))


def test_child_that_takes_too_long__is_ended(monkeypatch):
    monkeypatch.setattr(client, "READ_SECONDS", 0.01)
    with pytest.raises(UnreadableTable, match="takes longer than"):
        client.read_table("a.csv", b"id\n1\n", FileFormat(), ("id",))


def test_file_that_is_too_large__is_not_read(monkeypatch):
    monkeypatch.setattr(client, "MAX_FILE_BYTES", 3)
    with pytest.raises(UnreadableTable, match="at most"):
        client.read_table("a.csv", b"id\n1\n", FileFormat(), ("id",))


def test_draft__has_evidence_and_the_check(tmp_path):
    lines = [f"P-{i},2024-01-{i % 28 + 1:02d} 10:00,{i % 7},{'yes' if i % 3 else 'no'}" for i in range(120)]
    (tmp_path / "parcels.csv").write_text("\n".join(["parcel,sent,load,late", *lines]))

    draft = run("draft", {"path": str(tmp_path / "parcels.csv"), "sample_rows": 1000})

    assert "name: parcels" in draft.draft
    assert (draft.check is None) != (draft.problem is None)


def test_table_content__survives_json():
    content = TableContent(
        header=("a",), columns={"a": ["1", 1, 1.5, True, None]}, row_count=5, unreadable={2: "x"}, notes=()
    )
    assert TableContent.model_validate_json(content.model_dump_json()) == content
