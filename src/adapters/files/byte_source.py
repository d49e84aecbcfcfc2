"""Files of this machine, by path or file:// URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlparse

from delay_core.errors import SourceError
from delay_core.ports import byte_source as port


class ByteSource(port.ByteSource):
    """The file itself, without a copy."""

    @contextmanager
    def local(self, url: str) -> Iterator[Path]:
        path = _path(url)
        if not path.is_file():
            problem = "is a folder" if path.is_dir() else "no such file"
            raise SourceError(f"{path}: {problem}; give the path of a CSV, XLSX or Parquet file")
        if path.stat().st_size == 0:
            raise SourceError(f"{path} is empty; expected a header line and rows")
        yield path


def _path(url: str) -> Path:
    return Path(unquote(urlparse(url).path)) if url.startswith("file:") else Path(url)
