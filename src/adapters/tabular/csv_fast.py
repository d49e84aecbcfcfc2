"""Rows cut from text by pyarrow, several times as fast, where it surely cuts them as Python's csv module does.

A property test compares the two readers.
"""

import csv
from io import StringIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from adapters.tabular.csv_rows import Rows, ragged
from adapters.tabular.csv_text import Window
from delay_core.schema import SourceFormat

ARROW_BLOCK = 1 << 20
TRIES = 64


def fast_rows(window: Window, form: SourceFormat, header: list[str]) -> Rows | None:
    """Whole rows from the window's beginning, which then stands behind them; None, and it stays, where unsure."""
    block = window.text[: _whole_rows(window, form.quote)]
    quoted = form.quote in block
    try:
        content = block.encode()
    except UnicodeEncodeError:  # half a character
        return None
    # pyarrow takes delimiters of one byte, drops a mark at the beginning, and lets text follow a closing quote
    if not form.delimiter.isascii() or block.startswith("\ufeff") or (quoted and not _quotes_are_plain(content, form)):
        return None
    wrong: list[tuple[int, int]] = []
    table = _cut(content, form, len(header), wrong)
    if table is None or (quoted and wrong):
        return None
    rows = _with_unreadable(table, header, _told(window, block, wrong, len(header)))
    window.skip(len(block), _line_ends(content))
    return rows


def _whole_rows(window: Window, quote: str) -> int:
    """How much of the window ends where a row ends, if quotes come in pairs; 0 where that is not seen soon."""
    text = window.text
    end = len(text) if window.ended else _after_line_end(text, len(text))
    quotes = text.count(quote, 0, end) if quote in text else 0
    for _ in range(TRIES):
        if quotes % 2 == 0:
            return end
        earlier = _after_line_end(text, text.rfind(quote, 0, end))
        quotes -= text.count(quote, earlier, end)
        end = earlier
    return 0


def _after_line_end(text: str, before: int) -> int:
    """The place behind the last line end; a return at the very end of the text may be half of one."""
    return 1 + max(text.rfind("\n", 0, before), text.rfind("\r", 0, min(before, len(text) - 1)))


def _quotes_are_plain(text: bytes, form: SourceFormat) -> bool:
    """Whether every quote stands around a field or doubled inside one."""
    content = np.frombuffer(text, dtype=np.uint8)
    beside = np.zeros(256, dtype=bool)
    beside[[ord(form.delimiter), ord(form.quote), *b"\r\n"]] = True
    quotes = np.flatnonzero(content == ord(form.quote))
    opening, closing = quotes[::2], quotes[1::2]
    before = content[opening[opening > 0] - 1]
    after = content[closing[closing < len(content) - 1] + 1]
    return bool(beside[before].all() and beside[after].all())


def _cut(content: bytes, form: SourceFormat, width: int, wrong: list[tuple[int, int]]) -> pa.Table | None:
    """The rows of the right width; of the others, number (from 1, blank lines not counted) and fields go to `wrong`."""

    def skip(row: arrow_csv.InvalidRow) -> str:
        wrong.append((row.number, row.actual_columns))
        return "skip"

    names = [str(i) for i in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(content),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=ARROW_BLOCK),
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
        return None  # a row longer than a block, nothing but blank lines: the other reader knows
    longest = max((pc.max(pc.binary_length(column)).as_py() or 0 for column in table.columns), default=0)
    return table if longest <= csv.field_size_limit() else None


def _told(window: Window, block: str, wrong: list[tuple[int, int]], width: int) -> dict[int, str]:
    if not wrong:
        return {}
    lines = [i for i, line in enumerate(StringIO(block, newline=""), window.lines_before + 1) if line.strip("\r\n")]
    return {row - 1: ragged(lines[row - 1], fields, width) for row, fields in wrong}


def _with_unreadable(table: pa.Table, header: list[str], unreadable: dict[int, str]) -> Rows:
    # np.insert counts places before anything is inserted
    places = [row - i for i, row in enumerate(unreadable)]
    nothing = np.full(len(places), None, dtype=object)
    columns = {
        name: np.insert(values, places, nothing) if places else values
        for name, values in zip(header, (column.to_numpy() for column in table.columns), strict=True)
    }
    return Rows(pd.DataFrame(columns, dtype=object, copy=False), unreadable)


def _line_ends(text: bytes) -> int:
    content = np.frombuffer(text, dtype=np.uint8)
    feeds = int(np.count_nonzero(content == ord("\n")))
    if b"\r" not in text:
        return feeds
    returns = content == ord("\r")
    return feeds + int(np.count_nonzero(returns)) - int(np.count_nonzero(returns[:-1] & (content[1:] == ord("\n"))))
