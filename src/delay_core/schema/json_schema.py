"""One shipment as JSON Schema that allows all that validation accepts of a request, and says how it is best sent."""

import json
from typing import Any

from delay_core.schema.fields import is_required, request_json_schema
from delay_core.schema.shipment_schema import ShipmentSchema

NUMERAL = "numeral"
"""The `format` of a number that is written as text; where the column has them, of a token that means missing."""
WRITTEN_DATE = "written-date"
"""The `format` of a date as the schema's own formats write it."""

_SCALARS = ["string", "number", "boolean", "null"]


def lenient_json_schema(schema: ShipmentSchema) -> dict[str, Any]:
    """`request_json_schema`, and beyond it numbers as text, texts as numbers, and scalars where the value is not read.

    Aliases are named, as `x-aliases` of each column, but are no properties: that one of several names must be there, of
    ten columns, takes programs that read or try out the document hundreds of times longer.
    """
    shape = request_json_schema(schema)
    if any(column.aliases for column in schema.columns.values()):
        shape["description"] += " A column may be sent under another of its names instead: see x-aliases."
    shape["properties"] = {
        name: _accepted(schema, name, shape["properties"].get(name, _PERSONAL)) for name in schema.columns
    }
    return shape


_PERSONAL = {"description": "Personal data: accepted and never read; better not sent.", "deprecated": True}


def _accepted(schema: ShipmentSchema, name: str, shape: dict[str, Any]) -> dict[str, Any]:
    column = schema.columns[name]
    required = is_required(schema, name)
    if name not in schema.persisted_columns:
        types = _SCALARS
    else:
        types = _TYPES.get(column.role, ["string", "number", "boolean"]) + ([] if required else ["null"])
    found = {"type": types} | {key: value for key, value in shape.items() if key != "type"}
    if name in schema.persisted_columns and column.role == "numeric":
        found["format"] = NUMERAL
    if name in schema.persisted_columns and column.role == "timestamp":
        found["format"] = shape.get("format", WRITTEN_DATE)
        if not _reads_numbers(schema):
            found["type"] = [kind for kind in types if kind != "number"]
    if "enum" in found:
        found["enum"] = [typed for value in found["enum"] for typed in _typed(value)]
    barred = [value for rule in schema.exclude_where if rule.column == name for value in rule.equals]
    if required and column.role not in ("numeric", "timestamp"):
        barred += schema.null_tokens(name)
    return found | _without(barred)


_TYPES = {"numeric": ["number", "string"], "timestamp": ["string", "number"]}


def _reads_numbers(schema: ShipmentSchema) -> bool:
    return any(form in ("excel", "epoch_s", "epoch_ms") for form in schema.source.date_formats)


def _without(barred: list[str]) -> dict[str, Any]:
    """Values that mean missing in a required column, or exclude the shipment."""
    if not barred:
        return {}
    if barred == [""]:
        return {"minLength": 1}
    return {"not": {"enum": [typed for value in dict.fromkeys(barred) for typed in _typed(value)]}}


def _typed(value: str | None) -> list[Any]:
    """The text, and the number or truth value that is read as the same text."""
    if value is None:
        return [None]
    try:
        typed = json.loads(value.lower() if value in ("True", "False") else value)
    except ValueError:
        return [value]
    return [value, typed] if isinstance(typed, int | float) and str(typed) == value else [value]
