"""Objects by URL, s3://bucket/key, as files for as long as they are read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from adapters.s3.connection import Connection
from adapters.s3.download import download
from adapters.s3.errors import told
from adapters.s3.place import Place
from delay_core.errors import SourceError, StoreError
from delay_core.ports import byte_source

_SCHEME = "s3://"


class ByteSource(byte_source.ByteSource):
    """Each object is copied into the folder for temporary files (TMPDIR), verified, and removed after the block."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def local(self, url: str) -> Iterator[Path]:
        place = _place(url)
        with _no_room_told(place):
            folder = tempfile.TemporaryDirectory(prefix="delay-")
        with folder:
            path = Path(folder.name) / f"table{PurePosixPath(place.key).suffix}"
            with _no_room_told(place):
                self._fetch(place, path)
            yield path

    def _fetch(self, place: Place, path: Path) -> None:
        try:
            with path.open("w+b") as file, told(str(place), SourceError):
                version = download(self._connection, place, file, SourceError)
        except StoreError as error:  # no client could be made
            raise SourceError(f"{place}: {error}") from error
        if version.size == 0:
            raise SourceError(f"{place} is empty; expected a header line and rows")


@contextmanager
def _no_room_told(place: Place) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = tempfile.gettempdir()
        raise SourceError(f"{place} cannot be copied to {where}: {error.strerror}; make room, or set TMPDIR") from error


def _place(url: str) -> Place:
    bucket, _, key = url.removeprefix(_SCHEME).partition("/")
    if not url.startswith(_SCHEME) or not bucket or not key:
        raise SourceError(f"{url} names no object; write s3://<bucket>/<key>")
    return Place(bucket, key)
