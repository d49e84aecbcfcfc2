"""Registered bundles: versions of a model, and the aliases that say which one serves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from delay_core.bundle import Bundle


@dataclass(frozen=True)
class ModelVersion:
    """One registered bundle."""

    name: str
    version: int
    digest: str
    run_id: str


class ModelRegistry(Protocol):
    """Versions count from 1 and never change; an alias points at one version. Raises StoreError when out of reach."""

    def register(self, name: str, bundle: "Bundle", run_id: str) -> ModelVersion:
        """The version that holds this bundle: a new one, or the one that already holds the same digest."""
        ...

    def versions(self, name: str) -> list[ModelVersion]:
        """Every version, oldest first; empty for an unknown model."""
        ...

    def at_alias(self, name: str, alias: str) -> ModelVersion | None:
        """The version that the alias points at, if any."""
        ...

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """Point the alias at this version, at once for every reader. Raises NoSuchModel."""
        ...

    def load(self, name: str, version: int) -> "Bundle":
        """The bundle, its digests verified. Raises NoSuchModel, or BundleError when it was altered."""
        ...
