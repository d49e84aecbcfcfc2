"""Registered bundles whose files are missing from the registry, read from a copy with the same digest."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from delay_core.errors import BundleMissing, StoreError
from delay_core.ports.model_catalog import ModelCatalog, ModelVersion
from delay_core.ports.model_registry import ModelRegistry

if TYPE_CHECKING:
    from delay_core.bundle import Bundle

CopyReader = Callable[[str], "Bundle | None"]
"""The verified bundle with this digest; None if there is no copy."""
_LOG = logging.getLogger(__name__)
_LOST_FILES = "the files of version %s of %s are missing from the registry; a copy with its digest %s"


def find_copy(copies: Sequence[CopyReader], missing: BundleMissing) -> "Bundle":
    """The first copy with the digest of the missing bundle. Raises BundleMissing if there is none."""
    for read_copy in copies:
        bundle = read_copy(missing.digest)
        if bundle is not None and bundle.digest == missing.digest:
            return bundle
    nowhere = "no copy with its digest is in the data folder or the model cache"
    raise BundleMissing(f"{missing}; {nowhere}", digest=missing.digest, public=f"{missing.public}; {nowhere}")


class RecoveringModelCatalog(ModelCatalog):
    """Loads a bundle from a copy if the registry has lost its files, which it logs once.

    Files that were altered stay refused: they may be an attack, missing ones are a tidied disk.
    """

    def __init__(self, catalog: ModelCatalog, copies: Sequence[CopyReader]) -> None:
        """`copies` are tried in order."""
        self._catalog = catalog
        self._copies = copies
        self._logged: set[str] = set()

    @property
    def stale_since(self) -> datetime | None:
        return self._catalog.stale_since

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        return self._catalog.get_by_alias(name, alias)

    def load(self, name: str, version: int) -> "Bundle":
        try:
            return self._catalog.load(name, version)
        except BundleMissing as error:
            bundle = find_copy(self._copies, error)
            self._use_copy(name, version, bundle)
            return bundle

    def _use_copy(self, name: str, version: int, bundle: "Bundle") -> None:
        if bundle.digest not in self._logged:
            self._logged.add(bundle.digest)
            _LOG.warning(
                f"{_LOST_FILES} is used; a run of the pipeline restores them", version, name, bundle.digest[:12]
            )


class RecoveringModelRegistry(RecoveringModelCatalog, ModelRegistry):
    """Stores the files again, too, if the registry can be written to."""

    def __init__(self, registry: ModelRegistry, copies: Sequence[CopyReader]) -> None:
        super().__init__(registry, copies)
        self._registry = registry

    def register(self, name: str, bundle: "Bundle", run_id: str) -> ModelVersion:
        return self._registry.register(name, bundle, run_id)

    def versions(self, name: str) -> list[ModelVersion]:
        return self._registry.versions(name)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        self._registry.set_alias(name, alias, version)

    def _use_copy(self, name: str, version: int, bundle: "Bundle") -> None:
        try:
            self._registry.register(name, bundle, "")  # the version exists and keeps its run
        except StoreError as error:
            _LOG.warning(
                f"{_LOST_FILES} is used, and cannot be stored there: %s", version, name, bundle.digest[:12], error
            )
        else:
            _LOG.warning(f"{_LOST_FILES} was stored there again", version, name, bundle.digest[:12])
