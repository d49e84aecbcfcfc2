"""One shipment as a prediction request: its fields for people, its JSON Schema for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from delay_core.schema.columns import Column
from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.source_format import NUMERIC_FORMATS

_MANY = 12
"""Categories that a table for people lists."""


class FieldStatus(StrEnum):
    """What becomes of a column that a request carries."""

    USED = "used"
    KEPT = "kept"
    IGNORED = "ignored"


@dataclass(frozen=True)
class RequestField:
    """A column that a request may carry: what it may hold, and what it is used for, as data and in words."""

    name: str
    type: str
    required: bool
    allowed: str
    use: str
    status: FieldStatus = FieldStatus.USED


def request_fields(schema: ShipmentSchema) -> tuple[RequestField, ...]:
    """The columns that a request may carry, in the schema's order; a pii column is none of them."""
    return tuple(
        RequestField(
            name,
            _type(schema, column),
            is_required(schema, name),
            _allowed(schema, column),
            _use(schema, name),
            _status(schema, name),
        )
        for name, column in schema.columns.items()
        if not column.pii
    )


def request_json_schema(schema: ShipmentSchema) -> dict[str, Any]:
    """One shipment as JSON Schema, draft 2020-12, as OpenAPI 3.1 takes it.

    Validation is a little wider: it reads aliases, and numbers written as text. Columns that are accepted and ignored
    may hold anything, and are marked deprecated.
    """
    fields = request_fields(schema)
    return {
        "title": schema.name,
        "description": schema.description or "One shipment, as it is known when a prediction is asked for.",
        "type": "object",
        "properties": {field.name: _property(schema, field) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def column_uses(schema: ShipmentSchema) -> dict[str, str]:
    """What each column of the schema is used for, the label's and the pii ones too."""
    return {
        name: "dropped: pii"
        if column.pii
        else "label"
        if name in schema.label.columns and name not in schema.input_columns
        else _use(schema, name)
        for name, column in schema.columns.items()
    }


def is_required(schema: ShipmentSchema, name: str) -> bool:
    """Whether a request must have a value in the column."""
    always = name in schema.key or name == schema.prediction_point.column
    return always or (name in schema.input_columns and not schema.columns[name].nullable)


def _type(schema: ShipmentSchema, column: Column) -> str:
    if column.role == "label":
        return "text" if schema.label.late else "number"
    return {"numeric": "number", "timestamp": "time"}.get(column.role, "text")


def _allowed(schema: ShipmentSchema, column: Column) -> str:
    if column.role == "numeric":
        limits = [None if limit is None else f"{limit:.15g}" for limit in (column.minimum, column.maximum)]
        within = _between(limits, "at least", "at most") or ("any number, in" if column.unit else "any number")
        return f"{within} {column.unit}" if column.unit else within
    if column.role == "timestamp":
        return ", ".join(filter(None, (" or ".join(schema.source.date_formats), _times(column))))
    if column.role == "label":
        return ", ".join((*schema.label.late, *schema.label.on_time)) or "0, 1"
    if not column.categories:
        return "any text"
    more = len(column.categories) - _MANY
    known = ", ".join(column.categories[:_MANY]) + (f" and {more} more" if more > 0 else "")
    return known if column.unseen == "refuse" else f"known values {known}; others share a bucket"


def _times(column: Column) -> str:
    limits = [None if limit is None else _moment(limit) for limit in (column.earliest, column.latest)]
    return _between(limits, "from", "until")


def _moment(limit: datetime) -> str:
    return limit.isoformat(sep=" ", timespec="minutes").removesuffix(" 00:00")


def _between(limits: list[str | None], above: str, below: str) -> str:
    low, high = limits
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{above} {low}" if low is not None else f"{below} {high}" if high is not None else ""


def _status(schema: ShipmentSchema, name: str) -> FieldStatus:
    if any(_uses(schema, name)):
        return FieldStatus.USED
    return FieldStatus.KEPT if name in schema.persisted_columns else FieldStatus.IGNORED


def _use(schema: ShipmentSchema, name: str) -> str:
    match _status(schema, name):
        case FieldStatus.USED:
            return "; ".join(_uses(schema, name))
        case FieldStatus.KEPT:
            return "kept"
        case FieldStatus.IGNORED:
            return f"ignored: {_ignored_reason(schema, name)}"


def _ignored_reason(schema: ShipmentSchema, name: str) -> str:
    if schema.is_post_hoc(name):
        return f"known at {schema.columns[name].available_at.value}"
    return "the label" if schema.columns[name].role == "label" else "not used"


def _uses(schema: ShipmentSchema, name: str) -> Iterator[str]:
    if name == schema.prediction_point.column:
        yield "prediction point"
    if name in schema.key:
        yield "key"
    if name in schema.features:
        yield "feature"
    parts = [part for calendar in schema.calendar if calendar.column == name for part in calendar.parts]
    if parts:
        yield f"calendar: {', '.join(parts)}"
    derived = [feature for feature, how in schema.derived.items() if name in how.columns]
    if derived:
        yield f"derived: {', '.join(derived)}"
    excluded = [value for rule in schema.exclude_where if rule.column == name for value in rule.equals]
    if excluded:
        yield f"exclusion: {', '.join(excluded)}"


def _property(schema: ShipmentSchema, field: RequestField) -> dict[str, Any]:
    column = schema.columns[field.name]
    if field.status is FieldStatus.IGNORED:
        when = ", after the prediction point" if schema.is_post_hoc(field.name) else ""
        reason = f"{_ignored_reason(schema, field.name)}{when}: accepted and ignored"
        return {"description": _described(column, reason), "deprecated": True} | _also(column)
    if field.name not in schema.persisted_columns:  # an exclusion: compared with its values, never checked
        return {"description": _described(column, f"Use: {field.use}")} | _also(column)
    shape = {"numeric": _number, "timestamp": _time}.get(column.role, _text)(schema, column)
    nullable = not field.required
    if nullable:
        shape["type"] = [*shape["type"], "null"]
    if nullable and "enum" in shape:
        shape["enum"] = [*shape["enum"], None]
    if len(shape["type"]) == 1:
        shape["type"] = shape["type"][0]
    sentinels = ", ".join(f"{value} ({reason})" for reason, value in column.sentinels.items())
    told = (shape.pop("description", ""), f"Missing, and why: {sentinels}" if sentinels else "", f"Use: {field.use}")
    return shape | {"description": _described(column, *told)} | _also(column)


def _described(column: Column, *told: str) -> str:
    """The schema's own description, then what a caller must know, a sentence each."""
    said = (column.description.rstrip("."), *told)
    return " ".join(f"{sentence}." for sentence in said if sentence)


def _also(column: Column) -> dict[str, Any]:
    return {"x-aliases": list(column.aliases)} if column.aliases else {}


def _number(_: ShipmentSchema, column: Column) -> dict[str, Any]:
    """A sentinel is often text, and beyond the limits when it is a number."""
    limits = {"minimum": column.minimum, "maximum": column.maximum, "x-unit": column.unit}
    shape: dict[str, Any] = {"type": ["number", "string"] if column.sentinels else ["number"]}
    shape |= {key: limit for key, limit in limits.items() if limit is not None}
    return shape


def _time(schema: ShipmentSchema, column: Column) -> dict[str, Any]:
    formats, source = schema.source.date_formats, schema.source
    kinds = ["number" if form in NUMERIC_FORMATS else "string" for form in formats]
    kinds += ["string"] if column.sentinels else []
    said = f"Written as {' or '.join(formats)}, in {source.timezone} where no offset is named"
    within = _times(column)
    shape: dict[str, Any] = {"type": list(dict.fromkeys(kinds))} | (
        {"format": "date-time"} if "ISO8601" in formats else {}
    )
    return shape | {"description": f"{said}; {within}" if within else said}


def _text(_: ShipmentSchema, column: Column) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": ["string"]}
    if column.categories:
        shape |= {"enum" if column.unseen == "refuse" else "examples": list(column.categories)}
    return shape
