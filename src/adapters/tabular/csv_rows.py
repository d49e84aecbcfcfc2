"""Rows cut from text by Python's csv module: right for every file, and slow."""

import csv
from _csv import Reader  # what csv.reader returns; the csv module itself does not name it
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from adapters.tabular.csv_text import Lines, Window
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat


@dataclass(frozen=True)
class Rows:
    """Columns of text, and by position what is wrong with the rows that could not be cut and hold only None."""

    table: pd.DataFrame
    unreadable: dict[int, str]


def ragged(line: int, fields: int, header: int) -> str:
    """What is wrong with a row that has not as many fields as the header."""
    return f"line {line}: {fields} fields, the header has {header}"


def first_row(path: Path, window: Window, form: SourceFormat) -> list[str]:
    """The header: the first line that is not blank; the window then stands behind it. Raises SourceError."""
    with _reading(path, window, form) as (cut, _):
        return next(filter(None, cut), [])


def careful_rows(path: Path, window: Window, form: SourceFormat, header: list[str]) -> Rows:
    """All rows that begin in the window, one at least; it then stands behind them. Raises SourceError."""
    rows: list[Sequence[str | None]] = []
    unreadable: dict[int, str] = {}
    nothing = [None] * len(header)
    with _reading(path, window, form) as (cut, lines):
        for row in cut:
            if len(row) == len(header):
                rows.append(row)
            elif row:
                unreadable[len(rows)] = ragged(window.lines_before + cut.line_num, len(row), len(header))
                rows.append(nothing)
            if cut.line_num >= lines.at_first:
                break
    return Rows(pd.DataFrame(rows, columns=header, dtype=object), unreadable)


@contextmanager
def _reading(path: Path, window: Window, form: SourceFormat) -> Iterator[tuple[Reader, Lines]]:
    lines = Lines(window)
    cut = csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote, strict=True)
    try:
        yield cut, lines
    except csv.Error as error:
        line = window.lines_before + cut.line_num
        raise SourceError(f"{path}, after line {line}: {error}; is source.quote right?") from error
    window.skip(lines.length(cut.line_num), cut.line_num)
