"""A cache on disk in front of a model catalog: registered bundles serve on while their registry is unavailable."""

from adapters.registry_cache.model_catalog import CachedModelCatalog

__all__ = ["CachedModelCatalog"]
