"""A registry that can become unavailable, and the cache in front of it."""

from multiprocessing.synchronize import Barrier
from pathlib import Path

from adapters.registry_cache import CachedModelCatalog
from delay_core.bundle import Bundle
from delay_core.errors import StoreError
from delay_core.ports.model_catalog import ModelCatalog, ModelVersion
from fakes.model_registry import ModelRegistry
from support.bundles import tiny_bundle


class FailingRegistry(ModelRegistry):
    """It can become unavailable, and records the versions that are loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.unavailable = False
        self.loaded: list[int] = []

    def load(self, name: str, version: int) -> Bundle:
        self._check()
        self.loaded.append(version)
        return super().load(name, version)

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        self._check()
        return super().get_by_alias(name, alias)

    def _check(self) -> None:
        if self.unavailable:
            raise StoreError("the registry is unavailable")


def create_cache(registry: ModelRegistry, folder: Path, size: int = 5) -> CachedModelCatalog:
    """A cache of at most `size` bundles in the folder."""
    return CachedModelCatalog(lambda: registry, folder, size)


def serve(catalog: ModelCatalog, name: str = "late") -> Bundle:
    """The bundle of the version in production."""
    version = catalog.get_by_alias(name, "production")
    assert version is not None
    return catalog.load(name, version.version)


def with_version_one(registry: ModelRegistry) -> ModelRegistry:
    """The registry with one version, in production."""
    registry.register("late", tiny_bundle("one"), "run-1")
    registry.set_alias("late", "production", 1)
    return registry


def serve_one(folder: Path, barrier: Barrier | None = None) -> None:
    """Serve version 1 from a new registry through the cache in the folder."""
    registry = with_version_one(ModelRegistry())
    if barrier:
        barrier.wait()
    assert serve(create_cache(registry, folder)) == tiny_bundle("one")
