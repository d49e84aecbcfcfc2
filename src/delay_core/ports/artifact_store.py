"""Storage of sets of files."""

from contextlib import AbstractContextManager
from typing import Protocol


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
