"""Registered bundles as training writes them."""

from typing import TYPE_CHECKING, Protocol

from delay_core.ports.model_catalog import ModelCatalog, ModelVersion

if TYPE_CHECKING:
    from delay_core.bundle import Bundle


class ModelRegistry(ModelCatalog, Protocol):
    """A catalog that accepts new versions, which count from 1, and moves aliases. Raises StoreError if unavailable."""

    def register(self, name: str, bundle: "Bundle", run_id: str) -> ModelVersion:
        """The version that holds this bundle: a new one, or the existing one with the same digest.

        Files of an existing one that are missing are stored again.
        """
        ...

    def versions(self, name: str) -> list[ModelVersion]:
        """Every version, oldest first; empty for an unknown model."""
        ...

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """Point the alias at this version, immediately for every reader. Raises NoSuchModel."""
        ...
