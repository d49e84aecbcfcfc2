"""A cache on disk in front of a model catalog: registered bundles serve on while their registry is unavailable."""

from adapters.registry_cache.model_catalog import CachedModelCatalog, read_cached_bundle

__all__ = ["CachedModelCatalog", "read_cached_bundle"]
