"""What all readers share: distinct names, pieces of bounded size with their unreadable rows told, beginnings."""

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd

from delay_core.errors import SourceError
from delay_core.validation import UNREADABLE

CHUNK_ROWS = 50_000

Chunks = Generator[pd.DataFrame, None, None]


def refuse_twice(path: Path, names: Sequence[str]) -> None:
    """Raise SourceError where a name stands twice in the header.

    It tells the places, not the name: in a file without a header line the name is a value of its first row.
    """
    first: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if first.setdefault(name, place) != place:
            raise SourceError(
                f"{path}: columns {first[name]} and {place} have the same name in the header; names must be distinct"
            )


def pieces_of(table: pd.DataFrame, unreadable: dict[int, str], chunk_rows: int) -> Chunks:
    """The table in even pieces of at most so many rows; `unreadable` says by position why a row holds nothing."""
    count = -(-len(table) // chunk_rows)
    for i in range(count):
        start, end = len(table) * i // count, len(table) * (i + 1) // count
        piece = table.iloc[start:end].reset_index(drop=True)
        why = {row - start: reason for row, reason in unreadable.items() if start <= row < end}
        if why:
            piece[UNREADABLE] = pd.Series([why.get(row) for row in range(len(piece))], dtype=object)
        yield piece


def beginning(path: Path, chunks: Chunks, rows: int) -> tuple[pd.DataFrame, bool]:
    """At most so many rows, at least one, and whether there are no more. Raises SourceError where there are none."""
    found: list[pd.DataFrame] = []
    length = 0
    with closing(chunks):
        for chunk in chunks:
            found.append(chunk)
            length += len(chunk)
            if length > rows:
                break
    if length == 0:
        raise SourceError(f"{path} has a header but no rows")
    table = pd.concat(found, ignore_index=True).iloc[:rows]
    if UNREADABLE in table:
        why = [reason if isinstance(reason, str) else None for reason in table[UNREADABLE]]
        table = table.drop(columns=UNREADABLE)
        if any(why):
            table[UNREADABLE] = pd.Series(why, dtype=object)
    return table, length <= rows
