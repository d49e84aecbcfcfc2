"""Tables in the artifact store, as partitions of bounded size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.features import to_arrays
from delay_core.ports.artifact_store import ArtifactStore, ArtifactWriter
from delay_core.ports.table_codec import TableCodec


@dataclass(frozen=True)
class StoredTable:
    """The partitions of one table, `<name>-00000.<suffix>` and so on, within an artifact."""

    store: ArtifactStore
    codec: TableCodec
    kind: str
    address: str
    name: str

    def partitions(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """The partitions in order, or the named columns of them; at least one, which may have no rows."""
        for file in self.store.names(self.kind, self.address):
            if file.startswith(f"{self.name}-"):
                yield self.codec.decode(self.store.read(self.kind, self.address, file), columns)

    def columns(self, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        """The named columns as arrays [rows], as an encoder reads them. Memory holds these arrays and one partition."""
        partitions = [to_arrays(partition, names) for partition in self.partitions(names)]
        return {name: np.concatenate([partition[name] for partition in partitions]) for name in names}

    def read_all(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """All rows of the named columns, in memory."""
        return pd.concat(self.partitions(columns), ignore_index=True)


class LazyColumns(Mapping[str, NDArray[Any]]):
    """The columns of some rows of a stored table. Each is read when it is needed, and not kept."""

    def __init__(self, table: StoredTable, rows: NDArray[np.bool_]) -> None:
        self._table = table
        self._rows = rows

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._table.columns([name])[name][self._rows]

    def __iter__(self) -> Iterator[str]:
        return iter(next(self._table.partitions()).columns)

    def __len__(self) -> int:
        return len(list(iter(self)))


class PartitionWriter:
    """Writes the partitions of a table into an artifact that is being created."""

    def __init__(self, writer: ArtifactWriter, codec: TableCodec, name: str) -> None:
        self._writer = writer
        self._codec = codec
        self._name = name
        self._partitions = 0

    def write(self, table: pd.DataFrame) -> None:
        """Add the next partition; an empty one only if it is the first."""
        if len(table) or not self._partitions:
            file = f"{self._name}-{self._partitions:05d}.{self._codec.suffix}"
            self._writer.write(file, self._codec.encode(table))
            self._partitions += 1
