"""Writing simulated tables to CSV or Parquet files, with their ground truth beside them."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.shared.atomic_files import fsync_path, temporary_sibling
from adapters.simulator.ground_truth_file import ground_truth_path, hash_table, open_ground_truth_writer
from adapters.simulator.settings import SimulatorSettings
from adapters.simulator.source import Chunk, generate_chunks
from adapters.simulator.text_columns import COLUMNS
from delay_core.errors import StoreError
from delay_core.ports.progress import Progress

Append = Callable[[Chunk], None]


@dataclass(frozen=True)
class WrittenTable:
    """The paths of the table and its ground truth, the number of rows, and the SHA-256 of the table's bytes."""

    path: Path
    truth: Path
    rows: int
    sha256: str


def write_table(url: str, path: Path, progress: Progress, *, overwrite: bool = False) -> WrittenTable:
    """Write the table of a simulator URL to a .csv or .parquet file, and its ground truth beside it, in bounded memory.

    Each file is complete or absent. After an interruption between the two, the ground truth is that of a missing or
    another table, which `GroundTruth` detects. Parquet has the same text as CSV: a typed column could not have the
    errors. Raises SourceError for the URL; StoreError if the file exists (without `overwrite`) or cannot be written.
    """
    settings = SimulatorSettings.from_url(url)
    _check_target(path, overwrite=overwrite)
    truth = ground_truth_path(path)
    progress.step(f"Simulating {path.name}", settings.rows)
    try:
        with temporary_sibling(path) as temporary_table, temporary_sibling(truth) as temporary_truth:
            with open_ground_truth_writer(temporary_truth) as truth_writer:
                with _FORMATS[path.suffix](temporary_table) as append:
                    for chunk in generate_chunks(settings):
                        append(chunk)
                        truth_writer.append(chunk.late_probability)
                        progress.advance(len(chunk.late_probability))
                sha256 = hash_table(temporary_table)
                truth_writer.set_table_digest(sha256)
            fsync_path(temporary_table)
            fsync_path(temporary_truth)
            _check_target(path, overwrite=overwrite)  # another process may have written it meanwhile
            temporary_truth.replace(truth)
            temporary_table.replace(path)
            fsync_path(path.parent)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"cannot write {path}: {error}; is the folder writable, the disk not full?") from error
    return WrittenTable(path, truth, settings.rows, sha256)


def _check_target(path: Path, *, overwrite: bool) -> None:
    if path.suffix not in _FORMATS:
        raise StoreError(f"{path}: a simulated table is written to a file ending in {' or '.join(_FORMATS)}")
    if not path.parent.is_dir():
        raise StoreError(f"{path}: there is no folder {path.parent}; make it first")
    if path.is_dir() or (path.exists() and not overwrite):
        raise StoreError(f"{path} exists already; choose another name, or ask to overwrite a file")
    for suffix in _FORMATS:
        sibling = path.with_suffix(suffix)
        if sibling != path and sibling.exists() and ground_truth_path(path).exists():
            raise StoreError(
                f"{path}: {ground_truth_path(path).name} may hold the truth about {sibling.name}; choose another name"
            )


@contextmanager
def _csv(path: Path) -> Iterator[Append]:
    """In the format of the real table: commas, CRLF."""
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
