"""Shipment schemas: the built-in ones as YAML files in this folder, and the loader of schema YAML."""

from importlib.resources import files

from pydantic import ValidationError

from delay_core.errors import SchemaError
from delay_core.schema import ShipmentSchema
from delay_core.schemas.error_messages import format_error, is_root_cause
from delay_core.schemas.yaml_loader import load_mapping

__all__ = ["built_in_names", "load_schema", "parse_schema"]

MAX_MISTAKES = 50
"""Mistakes that one error message lists."""


def built_in_names() -> tuple[str, ...]:
    """The names that `load_schema` accepts."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def load_schema(name: str) -> ShipmentSchema:
    """A built-in schema by name. Raises SchemaError for an unknown name."""
    if name not in built_in_names():
        raise SchemaError(
            f"no built-in schema {name!r}; built in: {', '.join(built_in_names())}, or give a YAML file's path"
        )
    return parse_schema(files(__name__).joinpath(f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")


def parse_schema(text: str, origin: str) -> ShipmentSchema:
    """The schema in the YAML `text`; `origin` is the file's name for errors.

    Raises SchemaError with one line for each mistake.
    """
    content = load_mapping(text, origin)
    try:
        return ShipmentSchema.model_validate(content)
    except ValidationError as error:
        details = [detail for detail in error.errors(include_url=False) if is_root_cause(detail)]
        lines = [line for detail in details for line in format_error(detail)]
        more = [f"and {len(lines) - MAX_MISTAKES} more mistakes"] if len(lines) > MAX_MISTAKES else []
        raise SchemaError("\n".join(f"{origin}: {line}" for line in lines[:MAX_MISTAKES] + more)) from error
