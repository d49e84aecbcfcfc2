"""What a command runs with: settings from the environment, a container, progress on standard error.

Imports are inside the functions: a command that only prints its help loads none of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delay_core import ShipmentSchema
    from entrypoints.container import Container
    from entrypoints.settings import Settings


@contextmanager
def open_container() -> "Iterator[Container]":
    """The container; until the block ends, progress is shown."""
    from entrypoints.cli.progress import Progress
    from entrypoints.container import Container

    with Progress() as progress:
        yield Container(settings=read_settings(), progress=progress)


def read_settings() -> "Settings":
    """The settings of this process. Raises SchemaError that names the invalid variables."""
    from pydantic import ValidationError

    from delay_core.errors import SchemaError
    from entrypoints.cli.environment_errors import describe_invalid_settings
    from entrypoints.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        raise SchemaError(f"environment: {describe_invalid_settings(error)}") from error


def resolve_schema(name_or_path: str) -> "ShipmentSchema":
    """A built-in schema by its name, any other by the path of its file. Raises SchemaError."""
    from entrypoints.container import resolve_schema as resolve

    return resolve(name_or_path)


def resolve_model_name(schema: str) -> str:
    """The name of the registered model that is trained with this schema (a name or path). Raises SchemaError."""
    return read_settings().model_name_for(resolve_schema(schema).name)
