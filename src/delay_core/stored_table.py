"""Tables that lie in the store as parts of bounded size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

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

    def whole(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """All rows of the named columns, in memory."""
        return pd.concat(self.parts(columns), ignore_index=True)


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
