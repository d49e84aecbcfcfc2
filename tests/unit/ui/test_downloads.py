"""Downloads: text is never a formula, numbers stay numbers."""

import csv
import io

import pytest
from openpyxl import load_workbook

from entrypoints.ui.downloads import DownloadTable, defuse, to_csv, to_xlsx

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula__is_text_in_both_formats(text):
    table = DownloadTable(("id",), [(text,)])

    [[_], [cell]] = list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"), newline="")))
    assert cell == f"'{text}"
    workbook = load_workbook(io.BytesIO(to_xlsx({"scored": table})))["scored"]
    assert workbook["A2"].data_type in ("s", "inlineStr")
    assert workbook["A2"].value == text
    assert workbook["A2"].quotePrefix


@pytest.mark.parametrize("text", ["-12.5", "+49123", "-1e-3", "-1.234,5", "007", "P-1", "", "a=b"])
def test_numbers_and_other_texts__stay_as_they_are(text):
    assert defuse(text) == text


def test_workbook__keeps_types_and_characters():
    table = DownloadTable(("=row", "id", "probability"), [(1, "007", 0.25), (2, "\u202e\u05d0\u05d1\x01", None)])

    book = load_workbook(io.BytesIO(to_xlsx({"scored": table, "quarantine": DownloadTable(("row",), [])})))

    assert [list(row) for row in book["scored"].iter_rows(values_only=True)] == [
        ["=row", "id", "probability"], [1, "007", 0.25], [2, "\u202e\u05d0\u05d1\ufffd", None],
    ]  # fmt: skip
    assert book.sheetnames == ["scored", "quarantine"]
    assert book["scored"]["A1"].data_type != "f"


def test_text_longer_than_a_cell__is_cut():
    book = load_workbook(io.BytesIO(to_xlsx({"scored": DownloadTable(("id",), [("x" * 40_000,)])})))
    assert len(book["scored"]["A2"].value) == 32_767
