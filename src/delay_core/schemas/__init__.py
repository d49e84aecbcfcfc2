"""Shipment schemas: the built-in ones as YAML beside this file, and the reading of such YAML."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from delay_core.errors import SchemaError
from delay_core.schema import Calendar, Column, Costs, Derived, Label, ShipmentSchema, SourceFormat

__all__ = ["built_in_names", "load_schema", "parse_schema"]


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key written twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


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
    """The schema in `text`; `origin` names the file in errors. Raises SchemaError."""
    try:
        content = yaml.load(text, _Loader)  # noqa: S506 - _Loader is a SafeLoader
    except yaml.YAMLError as error:
        raise SchemaError(f"{origin}: not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise SchemaError(
            f"{origin}: a schema is a mapping with the keys name, version, prediction_point, label, columns"
        )
    try:
        return ShipmentSchema.model_validate(content)
    except ValidationError as error:
        raise SchemaError("\n".join(f"{origin}: {_sentence(problem)}" for problem in error.errors())) from error


def _sentence(problem: ErrorDetails) -> str:
    """Where, what would be right, and what was found where that is a single value."""
    where = ".".join(map(str, problem["loc"]))
    found = problem["input"]
    seen = "" if isinstance(found, Mapping | BaseModel) else f" (found {found!r:.80})"
    return f"{where}: {_right(problem)}{seen}" if where else _right(problem)


def _right(problem: ErrorDetails) -> str:
    if problem["type"] == "extra_forbidden":
        key = str(problem["loc"][-1])
        like = get_close_matches(key, _KEYS, n=1)
        hint = f"did you mean {like[0]}?" if like else "remove it or correct its spelling"
        return f"no such key in the schema language; {hint}"
    if problem["type"] == "missing":
        return "this key is required; add it"
    return problem["msg"].removeprefix("Value error, ")


_MODELS: tuple[type[BaseModel], ...] = (ShipmentSchema, SourceFormat, Label, Costs, Calendar, Derived, Column)
_KEYS = sorted({key for model in _MODELS for key in model.model_fields})
