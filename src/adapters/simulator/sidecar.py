"""The truth about a table in a file beside it: `shipments.csv` has `shipments.truth.parquet`, naming its digest."""

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


def sidecar_of(table: Path) -> Path:
    """Where the truth about this table lies, if anywhere."""
    return table.with_suffix(".truth.parquet")


def sha256_of(table: Path) -> str:
    """The digest of the table's bytes, read piece by piece."""
    with table.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class SidecarWriter:
    """Takes the truth in pieces, in the table's order, and at the end the digest of the table."""

    def __init__(self, parquet: pq.ParquetWriter) -> None:
        self._parquet = parquet
        self._rows = 0

    def append(self, late_probability: Floats) -> None:
        """True probabilities of the next rows."""
        source_row = np.arange(self._rows + 1, self._rows + 1 + len(late_probability))
        self._parquet.write_table(pa.table([source_row, late_probability], schema=_SCHEMA))
        self._rows += len(late_probability)

    def belongs_to(self, table_sha256: str) -> None:
        """Name the table by the digest of its bytes."""
        self._parquet.add_key_value_metadata({_DIGEST: table_sha256})


@contextmanager
def sidecar_writer(path: Path) -> Iterator[SidecarWriter]:
    """Write a sidecar at `path`; it is whole when the block ends."""
    # with the Arrow schema stored, readers would show that one's metadata and hide the digest, which comes last
    with pq.ParquetWriter(path, _SCHEMA, compression="zstd", store_schema=False) as parquet:
        yield SidecarWriter(parquet)


def read_sidecar(path: Path, table: Path) -> Floats:
    """True probabilities [rows] of the table. Raises SourceError unless the sidecar is sound and the table's own."""
    advice = f"remove {path.name}, or simulate the table again"
    if not table.is_file():
        raise SourceError(f"{table}: no such file, though {path.name} holds the truth about it; {advice}")
    try:
        with pq.ParquetFile(path) as file:
            stated = (file.schema_arrow.metadata or {}).get(_DIGEST, b"").decode(errors="replace")
            if stated != sha256_of(table):
                raise SourceError(
                    f"{path}: this truth belongs to another table than {table.name} as it is now; {advice}"
                )
            truth = file.read(_SCHEMA.names).cast(_SCHEMA)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read as the truth about {table}: {error}; {advice}") from error
    rows = truth["source_row"].to_numpy()
    probabilities: Floats = truth["late_probability"].to_numpy().copy()  # nobody may write to the memory of Arrow
    if not np.array_equal(rows, np.arange(1, len(rows) + 1)) or not np.all((probabilities >= 0) & (probabilities <= 1)):
        raise SourceError(f"{path} is damaged: expected source_row 1, 2, 3 … and probabilities from 0 to 1; {advice}")
    return probabilities
