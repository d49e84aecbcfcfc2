"""The composition root: the one place that knows both adapters and settings."""

from entrypoints.container.container import Container
from entrypoints.container.schemas import schema_of

__all__ = ["Container", "schema_of"]
