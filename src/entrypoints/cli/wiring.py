"""A container for one command: settings from the environment, progress on standard error.

What each function needs is imported in it: a command that only explains itself loads none of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delay_core import ShipmentSchema
    from entrypoints.container import CliContainer
    from entrypoints.settings import Settings


@contextmanager
def wired() -> "Iterator[CliContainer]":
    """The container, its progress shown for the length of the block."""
    from entrypoints.cli.progress import Progress
    from entrypoints.container import CliContainer

    with Progress() as progress:
        yield CliContainer(settings=settings(), progress=progress)


def settings() -> "Settings":
    """The settings of this process. Raises SchemaError naming the variable that is wrong."""
    from pydantic import ValidationError

    from delay_core.errors import SchemaError
    from entrypoints.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, p['loc']))}: {p['msg']} (found {p['input']!r:.80})" for p in error.errors()
        )
        raise SchemaError(f"environment: {wrong}") from error


def resolve_schema(name_or_path: str) -> "ShipmentSchema":
    """A built-in schema by its name, any other by its file's path. Raises SchemaError."""
    from entrypoints.container import resolve_schema as resolve

    return resolve(name_or_path)
