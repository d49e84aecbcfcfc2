"""Where the bytes of a table lie: this machine, an object store."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class ByteSource(Protocol):
    """Brings the bytes behind a URL within reach of readers that need a file."""

    def local(self, url: str) -> AbstractContextManager[Path]:
        """A readable file with these bytes, for the length of the block; its suffix is the URL's.

        Raises SourceError when there is nothing at `url` or it may not be read.
        """
        ...
