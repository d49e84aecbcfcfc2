"""Errors of spreadsheet programs are text with a note, from CSV, XLSX and Parquet alike."""

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from delay_core.source_notes import SPREADSHEET_ERRORS, NoteCode, SourceNote, notes_of

TABLE = pd.DataFrame({
    "sent": ["2024-01-01", "#REF!", "2024-01-03", "2024-01-04"],
    "city": ["#N/A", "#hash", "#DIV/0!", "C#"],
    "weight": ["1", "2", "3", "4"],
})  # fmt: skip


def _book(table):
    book = openpyxl.Workbook()
    for row in (tuple(table), *table.itertuples(index=False)):
        book.active.append(row)
    return book


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("t.csv", lambda table: table.to_csv(index=False).encode()),
        ("t.xlsx", _book),
        ("t.parquet", pa.Table.from_pandas),
        ("t.parquet", lambda table: pa.Table.from_pandas(table.astype("category"))),
    ],
)
def test_errors__are_text_with_a_note_by_column(chunks, name, write):
    [chunk] = chunks(write(TABLE), name)
    assert chunk[list(TABLE)].to_numpy().tolist() == TABLE.to_numpy().tolist()
    assert notes_of(chunk) == {
        SourceNote(NoteCode.ERROR_VALUE, "sent"): 1,
        SourceNote(NoteCode.ERROR_VALUE, "city"): 2,
    }


def test_errors__in_other_languages_are_noted(chunks):
    [chunk] = chunks("\n".join(["a,b", *(f"{error},1" for error in SPREADSHEET_ERRORS)]).encode())
    assert notes_of(chunk) == {SourceNote(NoteCode.ERROR_VALUE, "a"): len(SPREADSHEET_ERRORS)}
