"""The columns that a prediction request may carry, and what each is used for."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.split_dates import part_values


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
    """The columns that a request may carry, in the schema's order; pii columns are left out."""
    names = (name for name, column in schema.columns.items() if not column.pii and name not in schema.split_dates)
    return tuple(_request_field(schema, name) for name in names)


def date_parts(schema: ShipmentSchema, name: str) -> dict[str, str]:
    """The dates of a prediction that the column is part of, each with the part's key."""
    parts = schema.date_parts.get(name, {})
    return {composed: part for composed, part in parts.items() if composed in schema.persisted_columns}


def column_uses(schema: ShipmentSchema) -> dict[str, str]:
    """The use of each column of the schema in words, pii columns and those of the label included."""
    return {
        name: "dropped: pii"
        if column.pii
        else "label"
        if name in schema.label.columns and name not in schema.input_columns
        else _use(schema, name)
        for name, column in schema.columns.items()
    }


def ignored_reason(schema: ShipmentSchema, name: str) -> str:
    """The reason why a column that is neither used nor kept is ignored, in words."""
    if schema.is_post_hoc(name):
        return f"known at {schema.columns[name].available_at.value}"
    return "the label" if name in schema.label.label_columns else "not used"


def _request_field(schema: ShipmentSchema, name: str) -> RequestField:
    role, dates = schema.role(name), date_parts(schema, name)
    is_part = bool(dates) and not role.is_persisted
    part = next(iter(dates.values()), "")
    return RequestField(
        name=name,
        type=_part_type(part) if is_part else role.value_type(),
        required=role.is_required or any(map(schema.is_required, dates)),
        allowed=part_values(part, schema.source.date_formats) if is_part else role.allowed_values(),
        use=_use(schema, name),
        status=_status(schema, name),
    )


def _part_type(part: str) -> str:
    return "time" if part == "date" else "number"


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
            return f"ignored: {ignored_reason(schema, name)}"


def _uses(schema: ShipmentSchema, name: str) -> Iterator[str]:
    if name == schema.prediction_point.column:
        yield "prediction point"
    if name == schema.prediction_point.order_by:
        yield "order of the rows"
    if name in schema.key:
        yield "key"
    if name in schema.features:
        yield "feature"
    parts = [part for calendar in schema.calendar if calendar.column == name for part in calendar.parts]
    if parts:
        yield f"calendar: {', '.join(parts)}"
    derived = [feature for feature, formula in schema.derived.items() if name in formula.columns]
    if derived:
        yield f"derived: {', '.join(derived)}"
    for composed, part in date_parts(schema, name).items():
        yield f"{part} of {composed}"
    excluded = schema.role(name).excluded_values
    if excluded:
        yield f"exclusion: {', '.join(excluded)}"
