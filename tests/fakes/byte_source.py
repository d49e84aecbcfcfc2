"""Bytes by URL, written to a folder when asked for."""

from contextlib import contextmanager

from delay_core.errors import SourceError
from delay_core.ports import byte_source


class ByteSource(byte_source.ByteSource):
    def __init__(self, folder):
        self._folder = folder
        self._contents: dict[str, bytes] = {}

    def put(self, url, content):
        self._contents[url] = content

    @contextmanager
    def local(self, url):
        if not self._contents.get(url):
            raise SourceError(f"{url}: no such file, or empty")
        path = self._folder / url.rsplit("/", 1)[-1]
        path.write_bytes(self._contents[url])
        yield path
