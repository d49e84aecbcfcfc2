"""Mistakes in a schema as sentences: where, what was found, and what would be right."""

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from delay_core.schema import ShipmentSchema
from delay_core.schema.words import DURATION, MOMENT, likely, model_in
from delay_core.violations import pydantic_message

_OF_WHOLES = ("missing", "value_error", "extra_forbidden", "too_short", "too_long")
"""Kinds of errors that may be of a whole list or mapping, which tells nothing by being named."""

_RIGHT = {
    "string_too_short": "must have at least {min_length} characters",
    "string_": "must be text; put it in quotes",
    "int_": "must be a whole number",
    "float_": "must be a number, with a point as its decimal sign",
    "finite_number": "must be a finite number; a limit that there is not is left out",
    "bool_": "must be true or false",
    "dict_": "must be a mapping, as in {{key: value}}",
    "model_": "must be a mapping, as in {{key: value}}",
    "tuple_": "must be a list, as in [a, b]",
    "too_short": "must hold at least {min_length}, and holds {actual_length}",
    "too_long": "must hold no more than {max_length}, and holds {actual_length}",
    "datetime_": MOMENT,
    "timezone_": MOMENT,
    "time_delta_": DURATION,
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be above {gt:g}",
}
"""How pydantic's kinds of errors begin → what would be right, in the words of this language."""


def is_own(problem: ErrorDetails) -> bool:
    """Not merely what follows from another mistake: pydantic counts a list without its wrong values."""
    return problem["type"] != "too_short" or len(problem["input"]) < problem["ctx"]["min_length"]


def sentences(problem: ErrorDetails) -> Iterator[str]:
    """Where, what would be right, and what was found where that is not a mapping which holds more."""
    where = ".".join(f"{part}" if str(part).isprintable() else f"{part!r}" for part in problem["loc"])
    whole = problem["type"] in _OF_WHOLES and not _is_single(problem["input"])
    seen = "" if whole else f" (found {named(problem['input'])})"
    for line in _right(problem).splitlines():
        yield f"{where}: {line}{seen}" if where else line


def _is_single(value: object) -> bool:
    return not isinstance(value, Mapping | list | BaseModel)


def named(value: object) -> str:
    """A value in YAML's words."""
    if isinstance(value, bool | None):
        return {True: "true", False: "false", None: "nothing"}[value]
    if _is_single(value):
        return f"{value!r:.80}"
    return "a list" if isinstance(value, list) else "a mapping"


def _right(problem: ErrorDetails) -> str:
    kind, loc, context = problem["type"], problem["loc"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return f"no such key in the schema language; {_instead(str(loc[-1]), _model_at(loc[:-1]))}"
    if kind == "missing":
        return (
            "this list is one too short; add what is missing"
            if isinstance(loc[-1], int)
            else "this key is required; add it"
        )
    if kind in ("literal_error", "enum"):
        like = likely(str(problem["input"]), re.findall(r"'(\w+)'", context["expected"]))
        return f"must be {context['expected']}" + (f"; did you mean {like!r}?" if like else "")
    said = next((right for start, right in _RIGHT.items() if kind.startswith(start)), pydantic_message(problem))
    return said.format(**context) if said in _RIGHT.values() else said


def _instead(key: str, model: type[BaseModel]) -> str:
    like = likely(key, model.model_fields)
    return f"did you mean {like}?" if like else f"the keys here are {', '.join(model.model_fields)}"


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that is read at a place of the schema."""
    field = ShipmentSchema.model_fields.get(str(loc[0])) if loc else None
    return (field and model_in(field.annotation)) or ShipmentSchema
