"""What the bare distribution leaves out: each adapter says which extra brings its libraries."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import an adapter's modules within; a library that is not there raises ModuleNotFoundError naming the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = str(error.name).split(".")[0]
        raise ModuleNotFoundError(
            f"{library} is not installed: pip install 'delay-core[{name}]'", name=library
        ) from error
