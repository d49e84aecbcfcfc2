"""Where the bytes of a table are stored: on this machine, in an object store."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class ByteSource(Protocol):
    """Makes the bytes behind a URL available as a local file, for readers that need one."""

    def local(self, url: str) -> AbstractContextManager[Path]:
        """A readable file with these bytes, valid inside the block; its suffix is that of the URL.

        Raises SourceError if there is nothing at `url`, if it is empty, or if access is denied.
        """
        ...
