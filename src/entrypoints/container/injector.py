"""dependency-injector without its wiring's frameworks.

`dependency_injector.containers` imports the wiring, and the wiring imports FastAPI where it is installed, to read
FastAPI's markers in functions that it wires. This product wires none, and commands need no FastAPI.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _hidden(*packages: str) -> Iterator[None]:
    """Within, packages that are not loaded yet count as not installed."""
    absent = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: an import raises ModuleNotFoundError
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _hidden("fastapi", "fast_depends", "starlette", "werkzeug"):
    from dependency_injector import containers, providers

__all__ = ["containers", "providers"]
