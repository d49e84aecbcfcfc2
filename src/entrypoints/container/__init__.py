"""The composition root: the only place that knows both the adapters and the settings.

Each container groups the providers of one subject. A provider function imports its adapter when it is called, so that a
command loads only what it uses.
"""

from entrypoints.container.containers import ApiContainer, Container
from entrypoints.container.storage import resolve_schema

__all__ = ["ApiContainer", "Container", "resolve_schema"]
