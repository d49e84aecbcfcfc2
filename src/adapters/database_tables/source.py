"""Tables and queries of databases as a shipment source."""

import hashlib
from collections.abc import Iterator

import pandas as pd

from adapters.database_tables.connection import STATEMENT_SECONDS
from adapters.database_tables.location import parse_location
from adapters.database_tables.reader import read_chunks
from adapters.database_tables.spool import Spool
from delay_core import digest
from delay_core.ports import shipment_source as port
from delay_core.schema import ShipmentSchema

CHUNK_ROWS = 50_000


class _ContentDigest:
    """The digest of columns with their names, whatever the size of the chunks."""

    def __init__(self) -> None:
        self._columns: dict[str, hashlib._Hash] = {}

    def add(self, chunk: pd.DataFrame) -> None:
        for name in chunk.columns:
            values = f"{chunk[name].tolist()!r}"[1:-1]
            column = self._columns.setdefault(name, hashlib.sha256())
            column.update(f"{values}, ".encode("utf-8", "surrogatepass"))

    def hexdigest(self) -> str:
        return digest.json_digest([[name, column.hexdigest()] for name, column in self._columns.items()])


class ShipmentSource(port.ShipmentSource):
    """Memory is limited to one chunk. The digest is that of the names and rows read.

    A database may change between two reads. Therefore the rows of which `digest` made a digest are kept on the local
    disk, and the next `chunks` of the same URL returns those.
    """

    def __init__(self, chunk_rows: int = CHUNK_ROWS, statement_seconds: int = STATEMENT_SECONDS) -> None:
        self._chunk_rows = chunk_rows
        self._statement_seconds = statement_seconds
        self._spools: dict[str, Spool] = {}

    def digest(self, url: str) -> str:
        location = parse_location(url)
        spool, content = Spool(location), _ContentDigest()
        for chunk in read_chunks(location, self._chunk_rows, self._statement_seconds):
            content.add(chunk)
            spool.append(chunk)
        self._spools[url] = spool
        return content.hexdigest()

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:  # noqa: ARG002 - a database has no format
        spool = self._spools.pop(url, None)
        if spool is not None:
            return spool.chunks()
        return read_chunks(parse_location(url), self._chunk_rows, self._statement_seconds)
