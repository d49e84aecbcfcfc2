"""What a source says about a table besides its rows: what it leaves out, and cells that lack a usable value."""

from collections import Counter
from collections.abc import Container, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

_NOTES, _FORMULAS = "delay_core.notes", "delay_core.uncomputed_formulas"
"""The attributes of a chunk."""


class NoteCode(StrEnum):
    """The kinds of notes; the subject of the first two is a column, that of the third a sheet."""

    UNCOMPUTED_FORMULA = "uncomputed_formula"
    ERROR_VALUE = "error_value"
    HIDDEN_SHEET = "hidden_sheet"
    UNNAMED_COLUMN = "unnamed_column"
    UNNAMED_INDEX = "unnamed_index"


class SourceNote(NamedTuple):
    """A note; how often it applies (cells, columns) is counted beside it."""

    code: NoteCode
    subject: str = ""


Notes = Counter[SourceNote]

SPREADSHEET_ERRORS = frozenset(
    [
        *["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#FIELD!"],
        *["#WERT!", "#BEZUG!", "#ZAHL!", "#NV"],
        *["#NUL!", "#VALEUR!", "#NOM?", "#NOMBRE!"],
        *["#\u00a1NULO!", "#\u00a1DIV/0!", "#\u00a1VALOR!", "#\u00a1REF!", "#\u00bfNOMBRE?", "#\u00a1NUM!"],
        *["#NULLO!", "#VALORE!", "#RIF!", "#NOME?", "#N/D"],
    ]
)
"""What a cell shows whose formula fails, in English, German, French, Spanish and Italian."""

_SENTENCES = {
    NoteCode.UNCOMPUTED_FORMULA: "{subject}: formulas without a computed value, which are empty cells: {count:,}; open "
    "and save the file in a spreadsheet program",
    NoteCode.ERROR_VALUE: "{subject}: errors of the spreadsheet, such as #N/A, which are read as text: {count:,}; "
    "list them in null_tokens if they mean a missing value",
    NoteCode.HIDDEN_SHEET: "the hidden sheet {subject!r} is not read; name it in source.sheet to read it",
    NoteCode.UNNAMED_COLUMN: "empty columns without a name in the header, which are ignored: {count:,}",
    NoteCode.UNNAMED_INDEX: "the first column has no name in the header and is ignored; values in it: {count:,}",
}


def attach_notes(chunk: "pd.DataFrame", notes: Notes, uncomputed: Mapping[str, list[int]]) -> None:
    """Add notes to a chunk; `uncomputed` has the positions of rows whose formula has no value, by column."""
    if notes:
        chunk.attrs[_NOTES] = notes_of(chunk) + notes
    if uncomputed:
        chunk.attrs[_FORMULAS] = dict(uncomputed)


def notes_of(chunk: "pd.DataFrame") -> Notes:
    """The notes of a chunk; those of a table are the sum of its chunks'."""
    notes: Notes = chunk.attrs.get(_NOTES, Counter())
    return notes


def uncomputed_formulas(chunk: "pd.DataFrame") -> Mapping[str, list[int]]:
    """Column → the positions of rows whose formula has no value."""
    rows: Mapping[str, list[int]] = chunk.attrs.get(_FORMULAS, {})
    return rows


def describe_notes(notes: Notes, columns: Container[str] | None = None) -> tuple[str, ...]:
    """A sentence for each note; with `columns`, none about other columns."""
    cells = (NoteCode.UNCOMPUTED_FORMULA, NoteCode.ERROR_VALUE)
    return tuple(
        _SENTENCES[note.code].format(subject=note.subject, count=count)
        for note, count in notes.items()
        if columns is None or note.code not in cells or note.subject in columns
    )
