"""Bytes by URL, written to a folder on request."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from delay_core.errors import NoDataYet
from delay_core.ports import byte_source


class ByteSource(byte_source.ByteSource):
    """Contents in a dictionary; a local file is written to the folder on request."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contents: dict[str, bytes] = {}

    def put(self, url: str, content: bytes) -> None:
        self._contents[url] = content

    @contextmanager
    def local(self, url: str) -> Iterator[Path]:
        if not self._contents.get(url):
            raise NoDataYet(f"{url}: no such file, or empty")
        path = self._folder / url.rsplit("/", 1)[-1]
        path.write_bytes(self._contents[url])
        yield path
