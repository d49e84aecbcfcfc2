"""What stands between a CSV file's fields, and around them."""

import csv
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Literal

from delay_core.errors import SourceError

DELIMITERS = (",", ";", "\t", "|")
LINES = 200
AGREE = 0.9
"""The share of lines with the header's number of fields from which a delimiter is in earnest."""

Quote = Literal['"', "'"]


@dataclass(frozen=True)
class Dialect:
    """A way to cut lines: `alike` of the first `lines` have the header's number of fields, `quoted` fields a quote."""

    delimiter: str
    quote: Quote
    fields: int
    alike: int
    lines: int
    quoted: int

    @property
    def evidence(self) -> tuple[str, ...]:
        """One sentence for each finding."""
        share = "each" if self.alike == self.lines else str(self.alike)
        cut = f"delimiter {self.delimiter!r}: {self.fields} fields in {share} of the first {self.lines} lines"
        return (cut, f"quote {self.quote}: around fields of the first lines") if self.quoted else (cut,)


def guess_dialect(path: Path, text: str) -> Dialect:
    """The way that cuts the most lines of this text as its header, into the most fields. Raises SourceError."""
    quotes: tuple[Quote, ...] = ('"', "'")
    found = [_try(text, delimiter, quote) for delimiter in DELIMITERS for quote in quotes]
    several = [dialect for dialect in found if dialect.fields > 1]
    if not several:
        raise SourceError(
            f"{path}: neither comma, semicolon, tab nor bar cuts its first line into more than one column; "
            "is it a CSV file with a header?"
        )
    lines = max(dialect.lines for dialect in several)
    return max(several, key=lambda dialect: _merit(dialect, lines))


def _merit(dialect: Dialect, lines: int) -> tuple[bool, float, int, float, bool]:
    """Ways that read less of the text, as a wrong quote makes them, have fewer lines alike."""
    share = dialect.alike / lines
    good = share >= AGREE
    return good, 0 if good else share, dialect.fields, round(share, 2), dialect.quoted > 0


def _try(text: str, delimiter: str, quote: Quote) -> Dialect:
    cut = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
    widths: list[int] = []
    # what this way cannot cut speaks against it
    with suppress(csv.Error):
        widths.extend(len(row) for row in islice(filter(None, cut), LINES))
    fields = widths[0] if widths else 0
    quoted = text.startswith(quote) + sum(text.count(before + quote) for before in (delimiter, "\n", "\r"))
    return Dialect(delimiter, quote, fields, widths.count(fields), len(widths), quoted)
