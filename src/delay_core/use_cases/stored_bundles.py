"""Registered bundles from copies alone, for an installation that cannot read the registry's files."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from delay_core.errors import BundleMissing, StoreError
from delay_core.ports.model_catalog import ModelCatalog, ModelVersion
from delay_core.use_cases.recovered_bundles import CopyReader, find_copy

if TYPE_CHECKING:
    from delay_core.bundle import Bundle


class StoredModelCatalog(ModelCatalog):
    """Reads aliases from a registry, and the bundle of a version whose alias it has read from a verified copy."""

    def __init__(self, catalog: ModelCatalog, copies: Sequence[CopyReader]) -> None:
        """`copies` are tried in order."""
        self._catalog = catalog
        self._copies = copies
        self._digests: dict[tuple[str, int], str] = {}

    @property
    def stale_since(self) -> datetime | None:
        return self._catalog.stale_since

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        version = self._catalog.get_by_alias(name, alias)
        if version is not None:
            self._digests[version.name, version.version] = version.digest
        return version

    def load(self, name: str, version: int) -> "Bundle":
        digest = self._digests.get((name, version))
        if digest is None:
            raise StoreError(f"no alias that was read points at version {version} of {name!r}")
        files = f"the files of version {version} of {name!r} cannot be read from the registry without MLflow's client"
        return find_copy(self._copies, BundleMissing(files, digest=digest, public=files))
