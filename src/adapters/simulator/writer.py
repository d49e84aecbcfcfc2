"""Simulated tables as files: CSV or Parquet, with the truth about them in a sidecar."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.shared.atomic_files import fsync_path, temporary_sibling
from adapters.simulator.settings import SimulatorSettings
from adapters.simulator.sidecar import sha256_of, sidecar_of, sidecar_writer
from adapters.simulator.source import Chunk, drawn_chunks
from adapters.simulator.text import COLUMNS
from delay_core.errors import StoreError
from delay_core.ports.progress import Progress

Append = Callable[[Chunk], None]


@dataclass(frozen=True)
class WrittenTable:
    """What was written: the table and its truth, how many rows, and the sha256 of the table's bytes."""

    path: Path
    truth: Path
    rows: int
    sha256: str


def write_table(url: str, path: Path, progress: Progress, *, overwrite: bool = False) -> WrittenTable:
    """Write the table of a simulator URL to a .csv or .parquet file, and its truth beside it, in bounded memory.

    Both appear whole or not at all. Cut short between the two, there is a truth whose table is missing or another one,
    which the oracle notices. Parquet holds the same text as CSV: a typed column could not hold the dirt.
    Raises SourceError for the URL; StoreError when the file exists (unless `overwrite`) or cannot be written.
    """
    settings = SimulatorSettings.from_url(url)
    _refuse_to_harm(path, overwrite=overwrite)
    truth = sidecar_of(path)
    progress.step(f"Simulating {path.name}", settings.rows)
    try:
        with temporary_sibling(path) as table_draft, temporary_sibling(truth) as truth_draft:
            with sidecar_writer(truth_draft) as sidecar:
                with _FORMATS[path.suffix](table_draft) as append:
                    for chunk in drawn_chunks(settings):
                        append(chunk)
                        sidecar.append(chunk.late_probability)
                        progress.advance(len(chunk.late_probability))
                sha256 = sha256_of(table_draft)
                sidecar.belongs_to(sha256)
            fsync_path(table_draft)
            fsync_path(truth_draft)
            _refuse_to_harm(path, overwrite=overwrite)  # writing takes its time, and others may have been here
            truth_draft.replace(truth)
            table_draft.replace(path)
            fsync_path(path.parent)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"cannot write {path}: {error}; is the folder writable, the disk not full?") from error
    return WrittenTable(path, truth, settings.rows, sha256)


def _refuse_to_harm(path: Path, *, overwrite: bool) -> None:
    if path.suffix not in _FORMATS:
        raise StoreError(f"{path}: a simulated table is written to a file ending in {' or '.join(_FORMATS)}")
    if not path.parent.is_dir():
        raise StoreError(f"{path}: there is no folder {path.parent}; make it first")
    if path.is_dir() or (path.exists() and not overwrite):
        raise StoreError(f"{path} exists already; choose another name, or ask to overwrite a file")
    for suffix in _FORMATS:
        neighbour = path.with_suffix(suffix)
        if neighbour != path and neighbour.exists() and sidecar_of(path).exists():
            raise StoreError(
                f"{path}: {sidecar_of(path).name} may hold the truth about {neighbour.name}; choose another name"
            )


@contextmanager
def _csv(path: Path) -> Iterator[Append]:
    """As the real table is written: commas, CRLF."""
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        yield lambda chunk: writer.writerows(zip(*(values.tolist() for values in chunk.columns.values()), strict=True))


@contextmanager
def _parquet(path: Path) -> Iterator[Append]:
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        yield lambda chunk: writer.write_table(pa.table(chunk.columns, schema=schema))


_FORMATS = {".csv": _csv, ".parquet": _parquet}
