"""What was fetched from afar, kept on this machine: registered bundles, for the time when their registry is away."""

from adapters.registry_cache.model_registry import ModelRegistry

__all__ = ["ModelRegistry"]
