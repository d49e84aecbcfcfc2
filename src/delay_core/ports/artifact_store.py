"""Where bytes lie: sets of files, each set under an address and complete from the moment it is visible."""

from contextlib import AbstractContextManager
from typing import Protocol


class ArtifactWriter(Protocol):
    """A set of files in the making."""

    def write(self, name: str, content: bytes) -> None:
        """Add a file; `name` is a plain file name."""
        ...


class ArtifactStore(Protocol):
    """Files by (kind, address). What is visible is complete and never changes; raises StoreError."""

    def has(self, kind: str, address: str) -> bool:
        """Whether the set is there, whole."""
        ...

    def names(self, kind: str, address: str) -> list[str]:
        """The files of a set, sorted. Raises StoreError when there is no such set."""
        ...

    def read(self, kind: str, address: str, name: str) -> bytes:
        """One file. Raises StoreError when it is not there."""
        ...

    def create(self, kind: str, address: str) -> AbstractContextManager[ArtifactWriter]:
        """Write a set: visible, whole, when the block ends well; not at all otherwise. The first writer wins."""
        ...

    def where(self, kind: str, address: str) -> str:
        """The place to look, for people."""
        ...
