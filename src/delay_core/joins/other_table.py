"""The other table of a join: its columns, its keys, and what to call it in messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from delay_core.canonical_text import SEPARATOR
from delay_core.errors import SourceError
from delay_core.parsing import Mask, Values, are_inexact, is_missing, parse_texts
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.schema import Join, ShipmentSchema
from delay_core.schema.base import closest_match
from delay_core.table_urls import without_password
from delay_core.validation import unreadable_rows

MAX_ROWS = 2_000_000
"""Of the other table, which is in memory while rows are joined."""


@dataclass(frozen=True)
class OtherTable:
    """Reads the other table of the join at `index`, which has this URL."""

    source: ShipmentSource
    schema: ShipmentSchema
    url: str
    index: int

    @property
    def join(self) -> Join:
        return self.schema.source.join[self.index]

    @property
    def path(self) -> str:
        """The key of the schema."""
        return f"source.join.{self.index}"

    @property
    def name(self) -> str:
        """The URL as messages show it."""
        return without_password(self.url)

    def digest(self) -> str:
        """The digest of the table's content. Raises SourceError that names the key of the schema."""
        try:
            return self.source.digest(self.url)
        except SourceError as error:
            raise SourceError(f"{self.path}.table: {error}") from error

    def chunks(self) -> Iterator[pd.DataFrame]:
        """The rows, of which there are at most MAX_ROWS. Raises SourceError that names the key of the schema."""
        form = self.schema.source.model_copy(update=self.join.format)
        rows = 0
        try:
            for chunk in self.source.chunks(self.url, self.schema.model_copy(update={"source": form})):
                rows += len(chunk)
                self._check_rows(chunk, rows)
                yield chunk
        except SourceError as error:
            raise SourceError(f"{self.path}.table: {error}", error.violations) from error

    def _check_rows(self, chunk: pd.DataFrame, rows: int) -> None:
        """Raise SourceError if there are too many rows, or if one of this chunk is unreadable."""
        for reason in unreadable_rows(chunk).values():
            raise SourceError(f"{self.name}: {reason}; correct the row")
        if rows > MAX_ROWS:
            raise SourceError(
                f"{self.name} has over {MAX_ROWS:,} rows, which do not fit into memory; join a part of them, or join "
                "the tables in a database and use a query as the source"
            )

    def require_columns(self, header: Sequence[str], names: Sequence[str], key: str) -> None:
        """Raise SourceError if the table lacks one of the columns that this key of the join names."""
        for name in names:
            if name not in header:
                raise SourceError(f"{self.path}.{key}: {self.name} has no column {name!r}; {alternative(name, header)}")

    def keys(self, chunk: pd.DataFrame, rows_before: int) -> Values:
        """The key [rows] of each row as text, None where a part of it is missing.

        Raises SourceError if a key is a number that its file rounds: it would match the rows of other keys.
        """
        columns = [chunk[name].to_numpy(dtype=object) for name in self.join.lookup_key]
        for name, values in zip(self.join.lookup_key, columns, strict=True):
            for row in np.flatnonzero(are_inexact(values))[:1]:
                raise SourceError(
                    f"{self.path}: row {rows_before + row + 1} of {self.name}: {name} is a number of more than 15 "
                    "digits, and only the first are exact; write it as text"
                )
        return key_texts(columns, self.schema)


def key_texts(columns: Sequence[Values], schema: ShipmentSchema) -> Values:
    """The keys [rows] in these columns as text, the same for any file type.

    None where a part is missing, or is a number that its file rounds.
    """
    parts: list[Values] = []
    absent: Mask = np.zeros(len(columns[0]), dtype=bool)
    for values in columns:
        missing = is_missing(values, schema.source.null_tokens)
        texts, unreadable = parse_texts(values, missing)
        stripped = np.array([text.strip() if text else "" for text in texts], dtype=object)
        absent |= missing | unreadable | are_inexact(values) | (stripped == "")
        parts.append(stripped)
    keys = parts[0] if len(parts) == 1 else np.array([SEPARATOR.join(row) for row in zip(*parts, strict=True)], object)
    keys = keys.astype(object)
    keys[absent] = None
    return keys


def alternative(name: str, header: Sequence[str]) -> str:
    """The column that may be meant, or all of them."""
    match = closest_match(name, header)
    return f"did you mean {match!r}?" if match else f"its columns: {', '.join(header)}"
