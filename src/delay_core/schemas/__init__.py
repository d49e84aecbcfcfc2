"""Shipment schemas: the built-in ones as YAML beside this file, and the reading of such YAML."""

from collections.abc import Sequence
from importlib.resources import files

import yaml
from pydantic import ValidationError

from delay_core.errors import SchemaError
from delay_core.schema import ShipmentSchema

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
        problems = [
            f"{origin}: {_key(p['loc'])}: {_right(p['type'], p['msg'])} (found {p['input']!r:.80})"
            for p in error.errors()
        ]
        raise SchemaError("\n".join(problems)) from error


def _key(location: Sequence[int | str]) -> str:
    return ".".join(map(str, location)) or "schema"


def _right(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "no such key in the schema language; remove it or correct its spelling"
    if kind == "missing":
        return "this key is required; add it"
    return message.removeprefix("Value error, ")
