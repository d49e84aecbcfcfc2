"""Registered bundles in memory."""

from delay_core.bundle import Bundle
from delay_core.errors import NoSuchModel
from delay_core.ports import model_registry as port
from delay_core.ports.model_catalog import ModelVersion


class ModelRegistry(port.ModelRegistry):
    """`alter` stands for somebody who writes into the registry's storage."""

    def __init__(self) -> None:
        self._versions: dict[str, list[ModelVersion]] = {}
        self._aliases: dict[tuple[str, str], int] = {}
        self._files: dict[tuple[str, int], dict[str, bytes]] = {}

    def register(self, name: str, bundle: Bundle, run_id: str) -> ModelVersion:
        versions = self._versions.setdefault(name, [])
        for version in versions:
            if version.digest == bundle.digest:
                return version
        made = ModelVersion(name, len(versions) + 1, bundle.digest, run_id)
        versions.append(made)
        self._files[name, made.version] = dict(bundle.files)
        return made

    def versions(self, name: str) -> list[ModelVersion]:
        return list(self._versions.get(name, []))

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        version = self._aliases.get((name, alias))
        return None if version is None else self._versions[name][version - 1]

    def set_alias(self, name: str, alias: str, version: int) -> None:
        self._known(name, version)
        self._aliases[name, alias] = version

    def load(self, name: str, version: int) -> Bundle:
        self._known(name, version)
        return Bundle.from_files(self._files[name, version])

    def alter(self, name: str, version: int, file: str, content: bytes) -> None:
        """Put other bytes in a stored file's place, or a new file beside the others."""
        self._files[name, version][file] = content

    def _known(self, name: str, version: int) -> None:
        if (name, version) not in self._files:
            raise NoSuchModel(f"no version {version} of {name!r}; there are {len(self.versions(name))}")
