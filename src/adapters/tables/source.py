"""CSV and Parquet files on this machine, by path or file:// URL."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from delay_core.errors import SourceError
from delay_core.schema import SourceFormat

CHUNK_ROWS = 50_000


class ShipmentSource:
    """Memory is bounded by one chunk; CSV values stay the text that stands in the file."""

    def digest(self, url: str) -> str:
        path = _path(url)
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}; give the path of a CSV or Parquet file") from error

    def chunks(self, url: str, form: SourceFormat) -> Iterator[pd.DataFrame]:
        path = _path(url)
        if not path.is_file():
            raise SourceError(f"{path}: no such file; give the path of a CSV or Parquet file")
        if path.stat().st_size == 0:
            raise SourceError(f"{path} is empty; expected a header line and rows")
        seen = 0
        for chunk in _parquet(path) if path.suffix == ".parquet" else _csv(path, form):
            seen += len(chunk)
            yield chunk
        if seen == 0:
            raise SourceError(f"{path} has a header but no rows")


def _path(url: str) -> Path:
    parts = urlparse(url)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    if "://" in url:
        raise SourceError(f"{url}: no source speaks {parts.scheme}://; give a path or a file:// URL")
    return Path(url)


def _csv(path: Path, form: SourceFormat) -> Iterator[pd.DataFrame]:
    try:
        with path.open(encoding="utf-8-sig" if form.encoding.lower() in ("utf-8", "utf8") else form.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=form.delimiter, quotechar=form.quote, strict=True)
            header = next(reader, [])
            rows: list[list[str]] = []
            for row in reader:
                if not row:
                    continue
                if len(row) != len(header):
                    raise SourceError(f"{path}, line {reader.line_num}: {len(row)} fields, the header has {len(header)}")
                rows.append(row)
                if len(rows) == CHUNK_ROWS:
                    yield pd.DataFrame(rows, columns=header, dtype=object)
                    rows = []
            yield pd.DataFrame(rows, columns=header, dtype=object)
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not {form.encoding} text (byte {error.start}); set source.encoding in the schema") from error
    except (csv.Error, OSError) as error:
        raise SourceError(f"{path}: {error}") from error


def _parquet(path: Path) -> Iterator[pd.DataFrame]:
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=CHUNK_ROWS):
                yield batch.to_pandas().astype(object)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{path} is not a Parquet file: {error}") from error
