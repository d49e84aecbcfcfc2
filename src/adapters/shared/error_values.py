"""Errors of spreadsheet programs, such as `#REF!`: a note, whatever kind of table they are in."""

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from delay_core.source_notes import SPREADSHEET_ERRORS, NoteCode, Notes, SourceNote


def may_have_errors(text: str) -> bool:
    """Whether a file's text contains an error anywhere; fast."""
    return "#" in text and any(error in text for error in SPREADSHEET_ERRORS)


def error_notes(table: pd.DataFrame, columns: Iterable[str]) -> Notes:
    """A note for each of these columns of text with errors."""
    counts = ((name, int(table[name].isin(SPREADSHEET_ERRORS).sum())) for name in columns)
    return Counter({SourceNote(NoteCode.ERROR_VALUE, name): count for name, count in counts if count})
