"""What the bare distribution leaves out: each adapter says which extra brings its libraries."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import an adapter's modules within; a library that is not there raises ModuleNotFoundError naming the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise _missing(str(error.name).split(".")[0], name) from error


def require(library: str, name: str) -> None:
    """Raise ModuleNotFoundError naming the extra where the library is missing; the library is not imported."""
    if find_spec(library) is None:
        raise _missing(library, name)


def _missing(library: str, name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"{library} is not installed: pip install 'delay-core[{name}]'", name=library)
