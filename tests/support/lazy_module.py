"""Modules that a test module names at its top and imports when a test needs them.

Suites of `tests/contract` name every adapter of a port; a run on the fakes alone then imports none of their libraries.
"""

from importlib import import_module
from typing import Any


class LazyModule:
    """Imports the module when an attribute of it is read."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("_"):  # pytest reads such names of everything in a test module
            raise AttributeError(attribute)
        return getattr(import_module(self._name), attribute)
