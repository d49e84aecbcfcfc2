"""Sets of files, each under an address, complete from the moment when it is visible."""

import re
from contextlib import AbstractContextManager
from typing import Protocol

from delay_core.errors import StoreError

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


def validate_name(name: str) -> str:
    """The name, if it is a plain one: kinds, addresses and file names all have to be. Raises StoreError."""
    if not _PLAIN_NAME.fullmatch(name):
        raise StoreError(f"{name!r} is not a plain name: letters, digits, dot, dash and underscore only")
    return name


class ArtifactWriter(Protocol):
    """Adds files to a set that is not visible yet."""

    def write(self, name: str, content: bytes) -> None:
        """Add a file; `name` is a plain file name that the set does not have yet. Raises StoreError."""
        ...


class ArtifactStore(Protocol):
    """Files by kind and address. What is visible is complete and never changes. All methods raise StoreError."""

    def has(self, kind: str, address: str) -> bool:
        """Whether the set exists, complete."""
        ...

    def names(self, kind: str, address: str) -> list[str]:
        """The files of a set, sorted. Raises StoreError if there is no such set."""
        ...

    def read(self, kind: str, address: str, name: str) -> bytes:
        """One file. Raises StoreError if there is no such file."""
        ...

    def create(self, kind: str, address: str) -> AbstractContextManager[ArtifactWriter]:
        """Write a set: visible and complete when the block ends without an error, else not at all.

        If the set exists by then, it stays as it is: the first writer wins.
        """
        ...

    def where(self, kind: str, address: str) -> str:
        """The location of the set, for messages."""
        ...
