"""A store in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from delay_core.errors import StoreError
from delay_core.ports import artifact_store


class ArtifactStore(artifact_store.ArtifactStore):
    def __init__(self):
        self._sets: dict[tuple[str, str], dict[str, bytes]] = {}

    def has(self, kind, address):
        return (kind, address) in self._sets

    def names(self, kind, address):
        return sorted(self._set(kind, address))

    def read(self, kind, address, name):
        files = self._set(kind, address)
        if name not in files:
            raise StoreError(f"{kind}/{address}/{name}: no such file")
        return files[name]

    def location(self, kind, address):
        return f"memory:{kind}/{address}"

    @contextmanager
    def create(self, kind, address) -> Iterator["_Writer"]:
        writer = _Writer()
        yield writer
        self._sets.setdefault((kind, address), writer.files)

    def _set(self, kind, address):
        if not self.has(kind, address):
            raise StoreError(f"{kind}/{address}: no such set")
        return self._sets[kind, address]


class _Writer(artifact_store.ArtifactWriter):
    def __init__(self):
        self.files: dict[str, bytes] = {}

    def write(self, name, content):
        if "/" in name or name in (".", "..", ""):
            raise StoreError(f"{name!r} is not a plain name")
        if name in self.files:
            raise StoreError(f"{name} was written before")
        self.files[name] = content
