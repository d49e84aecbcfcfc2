"""Rows on the local disk between the digest of a table and the reading of its rows."""

import pickle
import tempfile
import weakref
from collections.abc import Iterator

import pandas as pd

from adapters.database_tables.location import DatabaseLocation
from delay_core.errors import SourceError


class Spool:
    """A temporary file without a name (in TMPDIR): it disappears with this object or this process."""

    def __init__(self, location: DatabaseLocation) -> None:
        self._location = location
        self._file = tempfile.TemporaryFile(prefix="delay-")  # noqa: SIM115 - closed with this object
        weakref.finalize(self, self._file.close)

    def append(self, chunk: pd.DataFrame) -> None:
        """Add a chunk. Raises SourceError if the disk is full."""
        try:
            pickle.dump(chunk, self._file, pickle.HIGHEST_PROTOCOL)
        except OSError as error:
            folder = tempfile.gettempdir()
            raise SourceError(
                f"{self._location} cannot be copied to {folder}: {error.strerror}; make room, or set TMPDIR"
            ) from error

    def chunks(self) -> Iterator[pd.DataFrame]:
        """The chunks in order."""
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # noqa: S301 - this object wrote the file, which no other process can open
