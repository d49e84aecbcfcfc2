"""The ground truth of a table in a file beside it: `shipments.truth.parquet`, with the digest of `shipments.csv`."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from adapters.simulator.causes import Floats
from delay_core.errors import SourceError

_DIGEST = b"table_sha256"
_SCHEMA = pa.schema(
    [pa.field("source_row", pa.int64(), nullable=False), pa.field("late_probability", pa.float64(), nullable=False)]
)


def ground_truth_path(table: Path) -> Path:
    """The path of the table's ground truth file, which need not exist."""
    return table.with_suffix(".truth.parquet")


def hash_table(table: Path) -> str:
    """The SHA-256 of the table's bytes."""
    with table.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class GroundTruthWriter:
    """Writes the ground truth in chunks, in the table's order, and at the end the digest of the table."""

    def __init__(self, parquet: pq.ParquetWriter) -> None:
        self._parquet = parquet
        self._rows = 0

    def append(self, late_probability: Floats) -> None:
        """Write the true probabilities [rows] of the next rows."""
        source_row = np.arange(self._rows + 1, self._rows + 1 + len(late_probability))
        self._parquet.write_table(pa.table([source_row, late_probability], schema=_SCHEMA))
        self._rows += len(late_probability)

    def set_table_digest(self, table_sha256: str) -> None:
        """Record the digest of the table's bytes."""
        self._parquet.add_key_value_metadata({_DIGEST: table_sha256})


@contextmanager
def open_ground_truth_writer(path: Path) -> Iterator[GroundTruthWriter]:
    """Write a ground truth file, which is complete when the block ends."""
    # A stored Arrow schema would have its own metadata and hide the digest, which is written last.
    with pq.ParquetWriter(path, _SCHEMA, compression="zstd", store_schema=False) as parquet:
        yield GroundTruthWriter(parquet)


def read_ground_truth(path: Path, table: Path) -> Floats:
    """The true probabilities [rows] of the table. Raises SourceError if the file is invalid or another table's."""
    remedy = f"remove {path.name}, or simulate the table again"
    if not table.is_file():
        raise SourceError(f"{table}: no such file, though {path.name} holds the truth about it; {remedy}")
    try:
        with pq.ParquetFile(path) as file:
            digest = (file.schema_arrow.metadata or {}).get(_DIGEST, b"").decode(errors="replace")
            if digest != hash_table(table):
                raise SourceError(
                    f"{path}: this truth belongs to another table than the present {table.name}; {remedy}"
                )
            truth = file.read(_SCHEMA.names).cast(_SCHEMA)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read as the truth about {table}: {error}; {remedy}") from error
    rows = truth["source_row"].to_numpy()
    probabilities: Floats = truth["late_probability"].to_numpy().copy()  # Arrow's memory is read-only
    if not np.array_equal(rows, np.arange(1, len(rows) + 1)) or not np.all((probabilities >= 0) & (probabilities <= 1)):
        raise SourceError(f"{path} is damaged: expected source_row 1, 2, 3 … and probabilities from 0 to 1; {remedy}")
    return probabilities
