"""Registered bundles, as predictions read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from delay_core.bundle import Bundle


@dataclass(frozen=True)
class ModelVersion:
    """One registered bundle. `digest` is empty where the version was not registered by this product."""

    name: str
    version: int
    digest: str
    run_id: str


class ModelCatalog(Protocol):
    """Versions of models, which never change, and aliases that point at them. Raises StoreError if unavailable."""

    @property
    def stale_since(self) -> datetime | None:
        """When the registry last responded (UTC), if the latest alias was answered from memory; None if it is fresh."""
        ...

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        """The version that the alias points at; None for an unknown model or alias."""
        ...

    def load(self, name: str, version: int) -> "Bundle":
        """The bundle, its digests verified.

        Raises NoSuchModel, BundleError if it was altered, BundleMissing if its files are missing.
        """
        ...
