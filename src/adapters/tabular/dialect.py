"""Detecting the delimiter and the quote of a CSV file."""

import csv
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Literal

from adapters.tabular.title_lines import find_header
from delay_core.errors import SourceError

DELIMITERS = (",", ";", "\t", "|")
MAX_LINES = 200
MIN_CONSISTENT_SHARE = 0.9
"""The share of lines with the header's number of fields from which a delimiter is plausible."""

Quote = Literal['"', "'"]


@dataclass(frozen=True)
class Dialect:
    """A delimiter and a quote, and how well they fit the first `lines` of a file, without a title above the header.

    `fields` is the header's number of fields, `consistent` the number of lines with as many, `quoted` the number of
    quoted fields; `header_row` is the line of the header, None if no title is above it.
    """

    delimiter: str
    quote: Quote
    fields: int
    consistent: int
    lines: int
    quoted: int
    header_row: int | None = None

    @property
    def evidence(self) -> tuple[str, ...]:
        """One sentence per finding."""
        share = "each" if self.consistent == self.lines else str(self.consistent)
        delimiter = f"delimiter {self.delimiter!r}: {self.fields} fields in {share} of the first {self.lines} lines"
        quote = f"quote {self.quote}: around fields of the first lines" if self.quoted else ""
        header = f"header in line {self.header_row}: the lines above have few values, as titles do"
        return tuple(filter(None, (delimiter, quote, header if self.header_row else "")))


def detect_dialect(path: Path, text: str) -> Dialect:
    """The dialect that splits the most lines of the text like its header, into the most fields. Raises SourceError."""
    quotes: tuple[Quote, ...] = ('"', "'")
    candidates = [_try(text, delimiter, quote) for delimiter in DELIMITERS for quote in quotes]
    plausible = [dialect for dialect in candidates if dialect.fields > 1]
    if not plausible:
        raise SourceError(
            f"{path}: neither comma, semicolon, tab nor bar splits its first line into more than one column; "
            "is it a CSV file with a header?"
        )
    lines = max(dialect.lines for dialect in plausible)
    return max(plausible, key=lambda dialect: _score(dialect, lines))


def _score(dialect: Dialect, lines: int) -> tuple[bool, float, int, float, bool]:
    """With a wrong quote, fewer lines are read and fewer are consistent."""
    share = dialect.consistent / lines
    plausible = share >= MIN_CONSISTENT_SHARE
    return plausible, 0 if plausible else share, dialect.fields, round(share, 2), dialect.quoted > 0


def _try(text: str, delimiter: str, quote: Quote) -> Dialect:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
    rows: list[tuple[int, list[str]]] = []
    end_of_last = 0
    with suppress(csv.Error):  # the lines before the error count
        for row in islice(reader, MAX_LINES):
            if row:
                rows.append((end_of_last + 1, row))
            end_of_last = reader.line_num
    header_row = find_header(rows)
    widths = [len(row) for number, row in rows if header_row is None or number >= header_row]
    fields = widths[0] if widths else 0
    quoted = text.startswith(quote) + sum(text.count(preceding + quote) for preceding in (delimiter, "\n", "\r"))
    return Dialect(delimiter, quote, fields, widths.count(fields), len(widths), quoted, header_row)
