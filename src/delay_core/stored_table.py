"""Tables that lie in the store as parts of bounded size."""

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
    """The parts of one table, `<name>-00000.<suffix>` and on, within a set of the store."""

    store: ArtifactStore
    codec: TableCodec
    kind: str
    address: str
    name: str

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """The parts in order, or the named columns of them; at least one, which may have no rows."""
        for file in self.store.names(self.kind, self.address):
            if file.startswith(f"{self.name}-"):
                yield self.codec.decode(self.store.read(self.kind, self.address, file), columns)

    def columns(self, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        """The named columns as arrays [rows], as an encoder reads them; held are these arrays and one part."""
        parts = [to_arrays(part, names) for part in self.parts(names)]
        return {name: np.concatenate([part[name] for part in parts]) for name in names}

    def whole(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """All rows of the named columns, in memory."""
        return pd.concat(self.parts(columns), ignore_index=True)


class StoredColumns(Mapping[str, NDArray[Any]]):
    """The columns of some rows of a stored table, each read when it is asked for and kept by nobody."""

    def __init__(self, table: StoredTable, rows: NDArray[np.bool_]) -> None:
        self._table = table
        self._rows = rows

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._table.columns([name])[name][self._rows]

    def __iter__(self) -> Iterator[str]:
        return iter(next(self._table.parts()).columns)

    def __len__(self) -> int:
        return len(list(iter(self)))


class PartWriter:
    """Writes a table's parts into a set in the making."""

    def __init__(self, writer: ArtifactWriter, codec: TableCodec, name: str) -> None:
        self._writer = writer
        self._codec = codec
        self._name = name
        self._parts = 0

    def write(self, table: pd.DataFrame) -> None:
        """Add the next part; an empty one only where it is the first."""
        if len(table) or not self._parts:
            self._writer.write(f"{self._name}-{self._parts:05d}.{self._codec.suffix}", self._codec.encode(table))
            self._parts += 1
