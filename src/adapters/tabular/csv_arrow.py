"""Reading CSV rows with pyarrow, several times as fast as with Python's csv module, if the result is the same.

A property test compares the two readers.
"""

import csv
from io import StringIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from adapters.tabular.csv_stdlib import Rows, ragged_row_reason
from adapters.tabular.text_buffer import TextBuffer
from delay_core.schema import SourceFormat

MAX_ATTEMPTS = 64


def read_rows_arrow(buffer: TextBuffer, form: SourceFormat, header: list[str]) -> Rows | None:
    """Read complete rows and advance the buffer; None, without advancing, if the result could differ from csv's."""
    block = buffer.text[: _complete_rows_length(buffer, form.quote)]
    quoted = form.quote in block
    try:
        content = block.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return None
    # pyarrow needs a delimiter of one byte, drops a byte order mark, and accepts text after a closing quote.
    if (
        not form.delimiter.isascii()
        or block.startswith("\ufeff")
        or (quoted and not _quotes_enclose_fields(content, form))
    ):
        return None
    ragged_rows: list[tuple[int, int]] = []
    table = _parse(content, form, len(header), ragged_rows)
    if table is None or (quoted and ragged_rows):
        return None
    rows = _with_unreadable(table, header, _ragged_row_reasons(buffer, block, ragged_rows, len(header)))
    buffer.advance(len(block), _count_line_ends(content))
    return rows


def _complete_rows_length(buffer: TextBuffer, quote: str) -> int:
    """The length of the buffer's text up to the end of a row, outside quotes; 0 if none is found soon."""
    text = buffer.text
    end = len(text) if buffer.ended else _after_line_end(text, len(text))
    quotes = text.count(quote, 0, end) if quote in text else 0
    for _ in range(MAX_ATTEMPTS):
        if quotes % 2 == 0:
            return end
        earlier = _after_line_end(text, text.rfind(quote, 0, end))
        quotes -= text.count(quote, earlier, end)
        end = earlier
    return 0


def _after_line_end(text: str, before: int) -> int:
    """The position after the last line end; a return at the very end of the text may be half of one."""
    return 1 + max(text.rfind("\n", 0, before), text.rfind("\r", 0, min(before, len(text) - 1)))


def _quotes_enclose_fields(text: bytes, form: SourceFormat) -> bool:
    """Whether every quote encloses a field or is doubled inside one."""
    content = np.frombuffer(text, dtype=np.uint8)
    neighbors = np.zeros(256, dtype=bool)
    neighbors[[ord(form.delimiter), ord(form.quote), *b"\r\n"]] = True
    quotes = np.flatnonzero(content == ord(form.quote))
    opening, closing = quotes[::2], quotes[1::2]
    before = content[opening[opening > 0] - 1]
    after = content[closing[closing < len(content) - 1] + 1]
    return bool(neighbors[before].all() and neighbors[after].all())


def _parse(content: bytes, form: SourceFormat, width: int, ragged_rows: list[tuple[int, int]]) -> pa.Table | None:
    """The rows of the right width; `ragged_rows` gets number (from 1, without blank lines) and fields of the others."""

    def skip(row: arrow_csv.InvalidRow) -> str:
        ragged_rows.append((row.number, row.actual_columns))
        return "skip"

    names = [str(i) for i in range(width)]
    # One block: pyarrow drops a line feed at the start of a block that follows a carriage return, also inside quotes.
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(content),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(content) + 1),
            parse_options=arrow_csv.ParseOptions(
                delimiter=form.delimiter,
                quote_char=form.quote,
                newlines_in_values=form.quote.encode() in content,
                invalid_row_handler=skip,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None  # only blank lines: the other reader handles it
    longest = max((pc.max(pc.binary_length(column)).as_py() or 0 for column in table.columns), default=0)
    return table if longest <= csv.field_size_limit() else None


def _ragged_row_reasons(
    buffer: TextBuffer, block: str, ragged_rows: list[tuple[int, int]], width: int
) -> dict[int, str]:
    if not ragged_rows:
        return {}
    lines = [i for i, line in enumerate(StringIO(block, newline=""), buffer.lines_before + 1) if line.strip("\r\n")]
    return {row - 1: ragged_row_reason(lines[row - 1], fields, width) for row, fields in ragged_rows}


def _with_unreadable(table: pa.Table, header: list[str], unreadable: dict[int, str]) -> Rows:
    # np.insert takes positions in the array without the inserted values.
    positions = [row - i for i, row in enumerate(unreadable)]
    missing = np.full(len(positions), None, dtype=object)
    columns = {
        name: np.insert(values, positions, missing) if positions else values
        for name, values in zip(header, (column.to_numpy() for column in table.columns), strict=True)
    }
    return Rows(pd.DataFrame(columns, dtype=object, copy=False), unreadable)


def _count_line_ends(text: bytes) -> int:
    content = np.frombuffer(text, dtype=np.uint8)
    feeds = int(np.count_nonzero(content == ord("\n")))
    if b"\r" not in text:
        return feeds
    returns = content == ord("\r")
    return feeds + int(np.count_nonzero(returns)) - int(np.count_nonzero(returns[:-1] & (content[1:] == ord("\n"))))
