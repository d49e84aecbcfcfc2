"""One shipment of a prediction request as JSON Schema, draft 2020-12, which OpenAPI 3.1 uses."""

import json
from typing import Any

from delay_core.canonical_text import canonical_text, spellings
from delay_core.schema.columns import Column
from delay_core.schema.fields import FieldStatus, RequestField, date_parts, ignored_reason, request_fields
from delay_core.schema.roles import ColumnRole, JsonSchema
from delay_core.schema.shipment_schema import ShipmentSchema

_SCALARS = ["string", "number", "boolean", "null"]
_PERSONAL = {"description": "Personal data: accepted and never read; better not sent.", "deprecated": True}


def request_json_schema(schema: ShipmentSchema) -> JsonSchema:
    """A shipment as a client should send it.

    Validation accepts more: aliases, and numbers written as text. A column that is ignored may hold any value, and is
    marked as deprecated.
    """
    fields = request_fields(schema)
    return {
        "title": schema.name,
        "description": schema.description or "One shipment, as it is known when the prediction is made.",
        "type": "object",
        "properties": {field.name: _property(schema, field) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def lenient_json_schema(schema: ShipmentSchema) -> JsonSchema:
    """A shipment as validation accepts it: also numbers as text, texts as numbers, and any scalar that is not read.

    Each column lists its aliases as `x-aliases`. They are no properties: the rule that one of several names must be
    present, for each of ten columns, slows programs that read or test the document by a factor of hundreds.
    """
    document = request_json_schema(schema)
    if any(column.aliases for column in schema.columns.values()):
        document["description"] += " A column may be sent under another of its names instead: see x-aliases."
    strict = document["properties"]
    document["properties"] = {
        name: _lenient_property(schema.role(name), strict.get(name, _PERSONAL))
        for name in schema.columns
        if name not in schema.split_dates
    }
    return document


def _property(schema: ShipmentSchema, request_field: RequestField) -> JsonSchema:
    name, required = request_field.name, request_field.required
    column = schema.columns[name]
    if request_field.status is FieldStatus.IGNORED:
        when = ", after the prediction point" if schema.is_post_hoc(name) else ""
        reason = f"{ignored_reason(schema, name)}{when}: accepted and ignored"
        return {"description": _description(column, reason), "deprecated": True} | _aliases(column)
    if name not in schema.persisted_columns and date_parts(schema, name):
        types = ["integer", "string"] if required else ["integer", "string", "null"]
        description = _description(column, f"Allowed: {request_field.allowed}", f"Use: {request_field.use}")
        return {"type": types, "description": description} | _aliases(column)
    if name not in schema.persisted_columns:  # an exclusion: compared with its values, never checked
        return {"description": _description(column, f"Use: {request_field.use}")} | _aliases(column)
    document = schema.role(name).json_schema()
    types = document["type"] if required else [*document["type"], "null"]
    document["type"] = types[0] if len(types) == 1 else types
    if not required and "enum" in document:
        document["enum"] = [*document["enum"], None]
    sentinels = ", ".join(f"{value} ({reason})" for reason, value in column.sentinels.items())
    sentences = (
        document.pop("description", ""),
        f"Missing, and why: {sentinels}" if sentinels else "",
        f"Use: {request_field.use}",
    )
    return document | {"description": _description(column, *sentences)} | _aliases(column)


def _description(column: Column, *sentences: str) -> str:
    """The schema's description of the column, then what a client must know."""
    return " ".join(f"{sentence}." for sentence in (column.description.rstrip("."), *sentences) if sentence)


def _aliases(column: Column) -> JsonSchema:
    return {"x-aliases": list(column.aliases)} if column.aliases else {}


def _lenient_property(role: ColumnRole, strict: JsonSchema) -> JsonSchema:
    lenient: JsonSchema = {"type": _SCALARS}
    if role.is_persisted:
        lenient = role.lenient_json_schema()
        lenient["type"] = lenient["type"] if role.is_required else [*lenient["type"], "null"]
    document = {"type": lenient["type"]} | {key: value for key, value in strict.items() if key != "type"} | lenient
    if "enum" in document:
        document["enum"] = [value for text in document["enum"] for value in _with_typed(text)]
    missing = role.missing_tokens if role.is_required and role.any_text_may_be_value else ()
    disallowed = [*role.excluded_values, *missing]
    return document | _not_enum(disallowed)


def _not_enum(disallowed: list[str]) -> JsonSchema:
    """Refuses values that mean missing in a required column, or that exclude the shipment."""
    if not disallowed:
        return {}
    if disallowed == [""]:
        return {"minLength": 1}
    return {"not": {"enum": [value for text in dict.fromkeys(disallowed) for value in _with_typed(text)]}}


def _with_typed(text: str | None) -> list[Any]:
    """The text, and all texts, numbers and truth values that validation reads as the same text."""
    if text is None:
        return [None]
    texts = sorted(spellings(text), key=lambda other: (other != text, other))
    canonical = canonical_text(text)
    try:
        typed = json.loads(str(canonical).lower() if canonical in ("True", "False") else str(canonical))
    except ValueError:
        return texts
    return [*texts, typed] if isinstance(typed, int | float) and canonical_text(typed) == canonical else texts
