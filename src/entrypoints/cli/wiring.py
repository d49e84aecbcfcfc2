"""A container for one command: settings from the environment, progress on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from delay_core.errors import SchemaError
from entrypoints.cli.progress import Progress
from entrypoints.container import Container
from entrypoints.settings import Settings


@contextmanager
def wired() -> Iterator[Container]:
    """The container, its progress shown for the length of the block."""
    with Progress() as progress:
        yield Container(settings=settings(), progress=progress)


def settings() -> Settings:
    """The settings of this process. Raises SchemaError naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, p['loc']))}: {p['msg']} (found {p['input']!r:.80})" for p in error.errors()
        )
        raise SchemaError(f"environment: {wrong}") from error
