"""The reference of the schema language as Markdown: tables from the models, text and examples from `reference.md`."""

import inspect
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib.resources import files
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from delay_core.reserved_names import RESERVED_NAMES
from delay_core.schema.base import SchemaModel, nested_model
from delay_core.schema.columns import Column, roles_with_key
from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.stage import Stage
from delay_core.schema.types import DocType

_ROOT = "The schema"
_STAGES = "Stages"
_RESERVED = f"""The product uses these names for its own columns; no column that is stored may have one:
{", ".join(f"`{name}`" for name in sorted(RESERVED_NAMES))}.
Give the column another name, and the file's name as an alias."""


def schema_reference() -> str:
    """The whole language as Markdown: every key with its type, default and meaning, and examples by section.

    The first examples of all sections are one schema together. Raises KeyError if a section has no examples.
    """
    introduction, examples = _template()
    models = dict(_sections(ShipmentSchema))
    lines = [introduction, "", " · ".join(f"[{name}](#{_anchor(name)})" for name in (_ROOT, *models, _STAGES))]
    lines += ["", f"## {_ROOT}", "", *_table(ShipmentSchema), "", examples[_ROOT], "", _RESERVED]
    for key, field in models.items():
        lines += ["", f"## {key}", "", *_model_section(field, key), "", examples[key]]
    lines += ["", f"## {_STAGES}", "", *_stage_section(), "", examples[_STAGES]]
    return "\n".join(lines) + "\n"


def _sections(model: type[SchemaModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """The keys that hold mappings, by their paths, each before those inside it."""
    for key, field in model.model_fields.items():
        nested = nested_model(field.annotation)
        if nested is not None:
            yield f"{path}{key}", field
            yield from _sections(nested, f"{path}{key}.")


def _anchor(heading: str) -> str:
    """The anchor that Markdown gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _template() -> tuple[str, dict[str, str]]:
    """The introduction, and the examples by section."""
    text = files(__package__).joinpath("reference.md").read_text("utf-8")
    introduction, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    pairs = (section.split("\n", maxsplit=1) for section in sections)
    return introduction[introduction.index("# ") :].strip(), {name: content.strip() for name, content in pairs}


def _model_section(field: FieldInfo, path: str) -> Iterator[str]:
    model = nested_model(field.annotation)
    if model is not None:
        shape = {tuple: "A list; each entry has these keys.", dict: "A mapping of names, each with these keys."}
        yield f"{inspect.getdoc(model)} {shape.get(_bare_type(field.annotation), '')}".strip()
        yield ""
        yield from _table(model, f"{path}.")


def _stage_section() -> Iterator[str]:
    yield f"{inspect.getdoc(Stage)} What is known at a stage is known at all later stages."
    yield from ("", "| stage | what has happened |", "|---|---|")
    yield from (f"| `{stage}` | {stage.meaning} |" for stage in Stage)


def _table(model: type[SchemaModel], path: str = "") -> Iterator[str]:
    yield from ("| key | holds | default | meaning |", "|---|---|---|---|")
    for key, field in model.model_fields.items():
        nested = nested_model(field.annotation)
        holds = _link(field.annotation, f"{path}{key}") if nested else _type(field.annotation, field.metadata)
        roles = roles_with_key(key) if model is Column else ()
        meaning = f"{field.description} Only of {' and '.join(roles)} columns." if roles else str(field.description)
        cells = [cell.replace("|", "\\|") for cell in (f"`{key}`", holds, _default(field), meaning)]
        yield f"| {' | '.join(cells)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    if isinstance(field.default, SchemaModel):
        return "its own defaults"
    value = to_jsonable_python(field.default)
    return "—" if value in (None, "", [], {}) else f"`{_yaml(value)}`"


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    return str(value) if re.fullmatch(r"[\w-]+", str(value)) else repr(value)


def _bare_type(annotation: Any) -> Any:
    """The type without `None` and without its parameters."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(inner for inner in get_args(annotation) if inner is not NoneType)
    return get_origin(annotation) or annotation


def _link(annotation: Any, path: str) -> str:
    shape = {tuple: "list of mappings", dict: "mapping of names"}.get(_bare_type(annotation), "mapping")
    return f"[{shape}](#{_anchor(path)})"


def _type(annotation: Any, metadata: Sequence[object] = ()) -> str:
    """A type in words that need no Python, with its limits."""
    words = next((item.text for item in metadata if isinstance(item, DocType)), None) or _type_in_words(annotation)
    limits = ((text, getattr(item, key, None)) for item in metadata for key, text in _LIMITS.items())
    return ", ".join([words, *(text.format(limit) for text, limit in limits if limit is not None)])


def _type_in_words(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return next(_type(member) for member in inner if member is not NoneType)
    if origin is Annotated:
        return _type(inner[0], inner[1:])
    if origin is dict:
        return f"mapping of {_type(inner[0])} to {_type(inner[1])}"
    if origin is tuple:
        element = _type(inner[0])
        plural = element.removeprefix("one of ") if get_origin(inner[0]) is Literal else f"{element}s"
        return f"list of {plural}" if inner[1:] == (...,) else f"list of {len(inner)} {plural}"
    if origin is Literal or issubclass(annotation, StrEnum):
        return f"one of {', '.join(f'`{_yaml(str(member))}`' for member in inner or annotation)}"
    return _WORDS[annotation]


_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}
_LIMITS = {"min_length": "length at least {}", "ge": "at least {}", "gt": "above {}"}
