"""Helpers of all readers: unique names, chunks of bounded size, the first rows of a table."""

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd

from delay_core.errors import SourceError
from delay_core.source_notes import Notes, attach_notes, notes_of, uncomputed_formulas
from delay_core.validation import UNREADABLE

CHUNK_ROWS = 50_000

Chunks = Generator[pd.DataFrame, None, None]


def check_unique_names(path: Path, names: Sequence[str]) -> None:
    """Raise SourceError if a name occurs twice in the header.

    The message has the positions, not the name: in a file without a header, the name is a value of its first row.
    """
    first: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        if first.setdefault(name, position) != position:
            raise SourceError(
                f"{path}: columns {first[name]} and {position} have the same name in the header; names must be distinct"
            )


def split_chunks(
    table: pd.DataFrame, unreadable: dict[int, str], chunk_rows: int, notes: Notes | None = None
) -> Chunks:
    """The table in even chunks of at most `chunk_rows` rows; `unreadable` has the reasons of unreadable rows.

    The first chunk has the notes of the table, and `notes`.
    """
    count = -(-len(table) // chunk_rows)
    notes, uncomputed = notes_of(table) + (notes or Counter()), uncomputed_formulas(table)
    table.attrs = {}
    for i in range(count):
        start, end = len(table) * i // count, len(table) * (i + 1) // count
        chunk = table.iloc[start:end].reset_index(drop=True)
        reasons = {row - start: reason for row, reason in unreadable.items() if start <= row < end}
        if reasons:
            chunk[UNREADABLE] = pd.Series([reasons.get(row) for row in range(len(chunk))], dtype=object)
        rows = {name: [row - start for row in rows if start <= row < end] for name, rows in uncomputed.items()}
        attach_notes(chunk, notes if i == 0 else Counter(), rows)
        yield chunk


def head(path: Path, chunks: Chunks, rows: int) -> tuple[pd.DataFrame, bool]:
    """The first rows, at most `rows`, with their notes, and whether there are no more.

    Raises SourceError if there are no rows.
    """
    parts: list[pd.DataFrame] = []
    notes: Notes = Counter()
    length = 0
    with closing(chunks):
        for chunk in chunks:
            notes += notes_of(chunk)
            chunk.attrs = {}
            parts.append(chunk)
            length += len(chunk)
            if length > rows:
                break
    if length == 0:
        raise SourceError(f"{path} has a header but no rows")
    table = pd.concat(parts, ignore_index=True).iloc[:rows]
    if UNREADABLE in table:
        reasons = [reason if isinstance(reason, str) else None for reason in table[UNREADABLE]]
        table = table.drop(columns=UNREADABLE)
        if any(reasons):
            table[UNREADABLE] = pd.Series(reasons, dtype=object)
    attach_notes(table, notes, {})
    return table, length <= rows
