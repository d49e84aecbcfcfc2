"""Shipment schemas: the built-in ones as YAML beside this file, and the reading of such YAML."""

from importlib.resources import files

from pydantic import ValidationError

from delay_core.errors import SchemaError
from delay_core.schema import ShipmentSchema
from delay_core.schemas.mistakes import is_own, sentences
from delay_core.schemas.yaml_text import mapping_in

__all__ = ["built_in_names", "load_schema", "parse_schema"]

_MOST = 50
"""Mistakes that are told at once."""


def built_in_names() -> tuple[str, ...]:
    """The names that `load_schema` knows."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def load_schema(name: str) -> ShipmentSchema:
    """A built-in schema by name. Raises SchemaError for an unknown one."""
    if name not in built_in_names():
        raise SchemaError(
            f"no built-in schema {name!r}; built in: {', '.join(built_in_names())}, or give a YAML file's path"
        )
    return parse_schema(files(__name__).joinpath(f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")


def parse_schema(text: str, origin: str) -> ShipmentSchema:
    """The schema in `text`; `origin` names the file in errors. Raises SchemaError, one line for each mistake."""
    content = mapping_in(text, origin)
    try:
        return ShipmentSchema.model_validate(content)
    except ValidationError as error:
        told = [line for problem in error.errors(include_url=False) if is_own(problem) for line in sentences(problem)]
        more = [f"and {len(told) - _MOST} more mistakes"] if len(told) > _MOST else []
        raise SchemaError("\n".join(f"{origin}: {line}" for line in told[:_MOST] + more)) from error
