"""Registered bundles in memory."""

from datetime import datetime

from delay_core.bundle import Bundle
from delay_core.errors import BundleMissing, NoSuchModel
from delay_core.ports import model_registry as port
from delay_core.ports.model_catalog import ModelVersion


class ModelRegistry(port.ModelRegistry):
    """`alter` changes a stored bundle, as somebody with access to the storage of a real registry could."""

    def __init__(self) -> None:
        self._versions: dict[str, list[ModelVersion]] = {}
        self._aliases: dict[tuple[str, str], int] = {}
        self._files: dict[tuple[str, int], dict[str, bytes]] = {}

    @property
    def stale_since(self) -> datetime | None:
        return None

    def register(self, name: str, bundle: Bundle, run_id: str) -> ModelVersion:
        versions = self._versions.setdefault(name, [])
        for version in versions:
            if version.digest == bundle.digest:
                if Bundle.is_incomplete(self._files[name, version.version]):
                    self._files[name, version.version] = dict(bundle.files)
                return version
        version = ModelVersion(name, len(versions) + 1, bundle.digest, run_id)
        versions.append(version)
        self._files[name, version.version] = dict(bundle.files)
        return version

    def versions(self, name: str) -> list[ModelVersion]:
        return list(self._versions.get(name, []))

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        version = self._aliases.get((name, alias))
        return None if version is None else self._versions[name][version - 1]

    def set_alias(self, name: str, alias: str, version: int) -> None:
        self._check_exists(name, version)
        self._aliases[name, alias] = version

    def load(self, name: str, version: int) -> Bundle:
        self._check_exists(name, version)
        if Bundle.is_incomplete(self._files[name, version]):
            digest = self._versions[name][version - 1].digest
            raise BundleMissing(f"the bundle of version {version} of {name!r} is missing from memory", digest=digest)
        return Bundle.from_files(self._files[name, version])

    def alter(self, name: str, version: int, file: str, content: bytes) -> None:
        """Replace a stored file, or add one."""
        self._files[name, version][file] = content

    def delete_files(self, name: str, version: int) -> None:
        """Delete the stored files of a version, as somebody who tidies a disk could."""
        self._files[name, version].clear()

    def _check_exists(self, name: str, version: int) -> None:
        if (name, version) not in self._files:
            raise NoSuchModel(f"no version {version} of {name!r}; there are {len(self.versions(name))}")
