"""Libraries that the bare distribution does not install: errors name the extra that brings them."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec


@contextmanager
def require_extra(extra: str) -> Iterator[None]:
    """Import an adapter's modules in this block: a missing library raises ModuleNotFoundError that names the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise _missing(str(error.name).split(".")[0], extra) from error


def require_library(library: str, extra: str) -> None:
    """Raise ModuleNotFoundError that names the extra if the library is missing; the library is not imported."""
    if find_spec(library) is None:
        raise _missing(library, extra)


def _missing(library: str, extra: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"{library} is not installed: pip install 'delay-core[{extra}]'", name=library)
