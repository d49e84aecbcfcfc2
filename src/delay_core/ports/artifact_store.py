"""Storage of sets of files."""

import re
from contextlib import AbstractContextManager
from typing import Protocol

from delay_core.errors import StoreError

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


def validate_name(name: str) -> str:
    """The name, if it is a plain one, as kinds, addresses and file names have to be. Raises StoreError."""
    if not _PLAIN_NAME.fullmatch(name):
        raise StoreError(f"{name!r} is not a plain name: letters, digits, dot, dash and underscore only")
    return name


class ArtifactWriter(Protocol):
    """Writes one set of files."""

    def write(self, name: str, content: bytes) -> None:
        """Add a file. Raises StoreError if `name` is not a plain file name."""
        ...


class ArtifactStore(Protocol):
    """Sets of files by kind and address. A visible set is complete and never changes. Raises StoreError."""

    def has(self, kind: str, address: str) -> bool:
        """Whether the set is visible."""
        ...

    def names(self, kind: str, address: str) -> list[str]:
        """The sorted file names of a set. Raises StoreError if there is no such set."""
        ...

    def read(self, kind: str, address: str, name: str) -> bytes:
        """The content of a file. Raises StoreError if it does not exist."""
        ...

    def create(self, kind: str, address: str) -> AbstractContextManager[ArtifactWriter]:
        """Write a set, which becomes visible when the block ends without an error. The first writer wins."""
        ...

    def location(self, kind: str, address: str) -> str:
        """The location of a set, for people."""
        ...
