"""Reading CSV rows with Python's csv module: correct for every file, but slow."""

import csv
from _csv import Reader  # what csv.reader returns; the csv module itself does not name it
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

from adapters.tabular.text_buffer import Lines, TextBuffer
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat


@dataclass(frozen=True)
class Rows:
    """Columns of text. Unreadable rows contain only None; `unreadable` has their reasons by position."""

    table: pd.DataFrame
    unreadable: dict[int, str]


def ragged_row_reason(line: int, fields: int, header: int) -> str:
    """The reason why a row with another number of fields than the header is unreadable."""
    return f"line {line}: {fields} fields, the header has {header}"


def read_header(path: Path, buffer: TextBuffer, form: SourceFormat) -> list[str]:
    """Read the line that the format names, else the first that is not blank, and advance the buffer behind it.

    Raises SourceError.
    """
    if form.header_row is None:
        with _open_reader(path, buffer, form) as (reader, _):
            return next(filter(None, reader), [])
    titles = Lines(buffer)
    length = sum(map(len, islice(titles, form.header_row - 1)))
    buffer.advance(length, form.header_row - 1)
    with _open_reader(path, buffer, form) as (reader, _):
        header = next(reader, [])
    if not any(header):
        raise SourceError(
            f"{path}: source.header_row is {form.header_row}, and that line is blank, or the file is shorter; set it "
            "to the line of the header, counted from 1"
        )
    return header


def read_rows_stdlib(path: Path, buffer: TextBuffer, form: SourceFormat, header: list[str]) -> Rows:
    """Read all rows that start in the buffer, at least one, and advance it behind them. Raises SourceError."""
    rows: list[Sequence[str | None]] = []
    unreadable: dict[int, str] = {}
    empty_row = [None] * len(header)
    with _open_reader(path, buffer, form) as (reader, lines):
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
            elif row:
                unreadable[len(rows)] = ragged_row_reason(buffer.lines_before + reader.line_num, len(row), len(header))
                rows.append(empty_row)
            if reader.line_num >= lines.initial_line_count:
                break
    return Rows(pd.DataFrame(rows, columns=header, dtype=object), unreadable)


@contextmanager
def _open_reader(path: Path, buffer: TextBuffer, form: SourceFormat) -> Iterator[tuple[Reader, Lines]]:
    lines = Lines(buffer)
    reader = csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote, strict=True)
    try:
        yield reader, lines
    except csv.Error as error:
        line = buffer.lines_before + reader.line_num
        raise SourceError(f"{path}, after line {line}: {error}; is source.quote right?") from error
    buffer.advance(lines.length(reader.line_num), reader.line_num)
