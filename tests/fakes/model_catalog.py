"""A view of the fake registry that can be made unavailable."""

from datetime import datetime

from delay_core.bundle import Bundle
from delay_core.errors import StoreError
from delay_core.ports import model_catalog as port
from delay_core.ports.model_catalog import ModelVersion
from fakes.model_registry import ModelRegistry


class ModelCatalog(port.ModelCatalog):
    """Reads `registry`; while `unavailable`, every read raises StoreError. Counts the loads."""

    def __init__(self, registry: ModelRegistry | None = None) -> None:
        self.registry = registry or ModelRegistry()
        self.unavailable = False
        self.loads = 0

    @property
    def stale_since(self) -> datetime | None:
        return None

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        self._check()
        return self.registry.get_by_alias(name, alias)

    def load(self, name: str, version: int) -> Bundle:
        self._check()
        self.loads += 1
        return self.registry.load(name, version)

    def _check(self) -> None:
        if self.unavailable:
            raise StoreError("the registry is unavailable")
