"""Messages for mistakes in a schema: the key, what is expected there, and the value that was written."""

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from delay_core.schema import ShipmentSchema
from delay_core.schema.base import closest_match, nested_model
from delay_core.schema.types import DURATION_MESSAGE, MOMENT_MESSAGE
from delay_core.violations import pydantic_message

_CONTAINER_ERRORS = ("missing", "value_error", "extra_forbidden", "too_short", "too_long")
"""Error types that may concern a whole list or mapping; printing that value would not help."""

_EXPECTED = {
    "string_too_short": "must have at least {min_length} characters",
    "string_": "must be text; put it in quotes",
    "int_": "must be a whole number",
    "float_": "must be a number, with a point as its decimal sign",
    "finite_number": "must be a finite number; remove the key if there is no limit",
    "bool_": "must be true or false",
    "dict_": "must be a mapping, as in {{key: value}}",
    "model_": "must be a mapping, as in {{key: value}}",
    "tuple_": "must be a list, as in [a, b]",
    "too_short": "must hold at least {min_length}, and holds {actual_length}",
    "too_long": "must hold no more than {max_length}, and holds {actual_length}",
    "datetime_": MOMENT_MESSAGE,
    "timezone_": MOMENT_MESSAGE,
    "time_delta_": DURATION_MESSAGE,
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be above {gt:g}",
}
"""Prefix of pydantic's error type → what is expected, in the terms of the schema language."""


def is_root_cause(error: ErrorDetails) -> bool:
    """Whether the error does not merely follow from another: pydantic also counts a list without its wrong values."""
    return error["type"] != "too_short" or len(error["input"]) < error["ctx"]["min_length"]


def format_error(error: ErrorDetails) -> Iterator[str]:
    """One line per mistake: the path of the key, what is expected, and the written value unless it is a container."""
    path = ".".join(f"{part}" if str(part).isprintable() else f"{part!r}" for part in error["loc"])
    is_container = error["type"] in _CONTAINER_ERRORS and not _is_scalar(error["input"])
    value = "" if is_container else f" (found {describe_value(error['input'])})"
    for line in _expectation(error).splitlines():
        yield f"{path}: {line}{value}" if path else line


def describe_value(value: object) -> str:
    """A value in YAML's terms, at most 80 characters."""
    if isinstance(value, bool | None):
        return {True: "true", False: "false", None: "nothing"}[value]
    if _is_scalar(value):
        return f"{value!r:.80}"
    return "a list" if isinstance(value, list) else "a mapping"


def _is_scalar(value: object) -> bool:
    return not isinstance(value, Mapping | list | BaseModel)


def _expectation(error: ErrorDetails) -> str:
    kind, path, context = error["type"], error["loc"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"no such key in the schema language; {_alternative(str(path[-1]), _model_at(path[:-1]))}"
    if kind == "missing":
        return (
            "the list is too short; add the missing entry"
            if isinstance(path[-1], int)
            else "this key is required; add it"
        )
    if kind in ("literal_error", "enum"):
        match = closest_match(str(error["input"]), re.findall(r"'(\w+)'", context["expected"]))
        return f"must be {context['expected']}" + (f"; did you mean {match!r}?" if match else "")
    template = next((text for prefix, text in _EXPECTED.items() if kind.startswith(prefix)), None)
    return pydantic_message(error) if template is None else template.format(**context)


def _alternative(key: str, model: type[BaseModel]) -> str:
    match = closest_match(key, model.model_fields)
    return f"did you mean {match}?" if match else f"the keys here are {', '.join(model.model_fields)}"


def _model_at(path: tuple[int | str, ...]) -> type[BaseModel]:
    """The model whose keys stand at a path of the schema."""
    model: type[BaseModel] = ShipmentSchema
    for part in path:
        field = model.model_fields.get(str(part))
        model = (field and nested_model(field.annotation)) or model
    return model
