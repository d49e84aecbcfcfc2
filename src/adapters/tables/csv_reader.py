"""CSV: values stay the text that stands in the file; a ragged row is told, not dropped."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from delay_core.errors import SourceError
from delay_core.schema import SourceFormat
from delay_core.validation import UNREADABLE


def read_csv(path: Path, form: SourceFormat, chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Chunks of at most `chunk_rows` rows; the last may be empty. Raises SourceError."""
    encoding = "utf-8-sig" if form.encoding.lower() in ("utf-8", "utf8") else form.encoding
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=form.delimiter, quotechar=form.quote, strict=True)
            header = next(reader, [])
            _check_header(path, header)
            rows: list[list[str | None]] = []
            unreadable: dict[int, str] = {}
            for row in reader:
                if not row:
                    continue
                if len(row) != len(header):
                    unreadable[len(rows)] = f"line {reader.line_num}: {len(row)} fields, the header has {len(header)}"
                    rows.append([None] * len(header))
                else:
                    rows.append(list(row))
                if len(rows) == chunk_rows:
                    yield _chunk(rows, header, unreadable)
                    rows, unreadable = [], {}
            yield _chunk(rows, header, unreadable)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not {form.encoding} text (byte {error.start}); set source.encoding in the schema"
        ) from error
    except csv.Error as error:
        raise SourceError(f"{path}, after line {reader.line_num}: {error}; is source.quote right?") from error
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def _check_header(path: Path, header: list[str]) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise SourceError(f"{path}: column {twice[0]!r} stands twice in the header; names must be distinct")


def _chunk(rows: list[list[str | None]], header: list[str], unreadable: dict[int, str]) -> pd.DataFrame:
    chunk = pd.DataFrame(rows, columns=header, dtype=object)
    if unreadable:
        chunk[UNREADABLE] = pd.Series(unreadable, dtype=object).reindex(range(len(rows)))
    return chunk
