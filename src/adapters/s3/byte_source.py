"""Objects by URL, s3://bucket/key, as temporary files."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from adapters.s3.client import S3Client
from adapters.s3.download import download
from adapters.s3.errors import translate_source_errors
from adapters.s3.location import ObjectLocation
from delay_core.errors import NoDataYet, SourceError, StoreError
from delay_core.ports import byte_source

_SCHEME = "s3://"


class ByteSource(byte_source.ByteSource):
    """Each object is copied to a temporary file (in TMPDIR), verified, and removed after the block."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    @contextmanager
    def local(self, url: str) -> Iterator[Path]:
        location = _parse_url(url)
        with _translate_disk_errors(location):
            folder = tempfile.TemporaryDirectory(prefix="delay-")
        with folder:
            path = Path(folder.name) / f"table{PurePosixPath(location.key).suffix}"
            with _translate_disk_errors(location):
                self._fetch(location, path)
            yield path

    def _fetch(self, location: ObjectLocation, path: Path) -> None:
        try:
            with path.open("w+b") as file, translate_source_errors(str(location)):
                version = download(self._client, location, file, SourceError)
        except StoreError as error:  # no client could be created
            raise SourceError(f"{location}: {error}") from error
        if version.size == 0:
            raise NoDataYet(f"{location} is empty; expected a header line and rows")


@contextmanager
def _translate_disk_errors(location: ObjectLocation) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        folder = tempfile.gettempdir()
        raise SourceError(
            f"{location} cannot be copied to {folder}: {error.strerror}; make room, or set TMPDIR"
        ) from error


def _parse_url(url: str) -> ObjectLocation:
    bucket, _, key = url.removeprefix(_SCHEME).partition("/")
    if not url.startswith(_SCHEME) or not bucket or not key:
        raise SourceError(f"{url} names no object; write s3://<bucket>/<key>")
    return ObjectLocation(bucket, key)
