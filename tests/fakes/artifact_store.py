"""Sets of files in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from delay_core.errors import StoreError
from delay_core.ports import artifact_store as port
from delay_core.ports.artifact_store import validate_name


class ArtifactStore(port.ArtifactStore):
    def __init__(self) -> None:
        self._sets: dict[tuple[str, str], dict[str, bytes]] = {}

    def has(self, kind: str, address: str) -> bool:
        return (kind, address) in self._sets

    def names(self, kind: str, address: str) -> list[str]:
        return sorted(self._files(kind, address))

    def read(self, kind: str, address: str, name: str) -> bytes:
        files = self._files(kind, address)
        if name not in files:
            raise StoreError(f"{kind}/{address}/{name}: no such file")
        return files[name]

    def location(self, kind: str, address: str) -> str:
        return f"memory:{kind}/{address}"

    @contextmanager
    def create(self, kind: str, address: str) -> Iterator["_Writer"]:
        writer = _Writer()
        yield writer
        self._sets.setdefault((kind, address), writer.files)

    def _files(self, kind: str, address: str) -> dict[str, bytes]:
        if not self.has(kind, address):
            raise StoreError(f"{kind}/{address}: no such set")
        return self._sets[kind, address]


class _Writer(port.ArtifactWriter):
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def write(self, name: str, content: bytes) -> None:
        if validate_name(name) in self.files:
            raise StoreError(f"{name} was written before")
        self.files[name] = content
