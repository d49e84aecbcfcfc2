"""The form of one shipment: a field for each that a prediction reads, and from what is entered to a request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from delay_core.parsing.date_formats import ISO_8601, NUMERIC_DATE_FORMATS, write_in_formats
from entrypoints.api.schemas import FieldError, SchemaDescription, SchemaField

FormValue = str | float | int | date | datetime | None
"""What a widget returns; None where nothing is entered."""
_FIRST_DAY, _LAST_DAY = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_TIME_OF_DAY = ("%H", "%I", "%M", "%S", "%T", "%R", "%X", "%c", "%p", "%f")
"""Directives of strftime by which a format writes a time of day."""


class FieldKind(StrEnum):
    """How a value is entered."""

    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class FormField:
    """A field of the form. `label`, `help` and `choices` are data of the schema: plain text."""

    name: str
    kind: FieldKind
    label: str
    help: str
    placeholder: str
    choices: tuple[str, ...] = ()
    other_choices: bool = False
    """Whether a value that is no choice is accepted."""
    limits: tuple[datetime, datetime] = (_FIRST_DAY, _LAST_DAY)
    """Of a day or a moment: local time, without an offset."""


def form_fields(schema: SchemaDescription) -> tuple[FormField, ...]:
    """The fields that a prediction reads, required ones first, else in the schema's order."""
    fields = [field for field in schema.fields if field.status != "ignored"]
    zone = ZoneInfo(schema.source.timezone)
    return tuple(_form_field(field, zone) for field in sorted(fields, key=lambda field: not field.required))


def to_record(schema: SchemaDescription, values: Mapping[str, FormValue]) -> dict[str, object]:
    """The shipment as a request has it; what is not entered is left out."""
    fields = {field.name: field for field in schema.fields}
    zone = ZoneInfo(schema.source.timezone)
    return {
        name: _to_json(fields[name], value, zone)
        for name, value in values.items()
        if name in fields and value is not None and value != ""
    }


def errors_by_field(schema: SchemaDescription, errors: Sequence[FieldError]) -> tuple[dict[str, list[str]], list[str]]:
    """The messages of each field of the form, and those about anything else."""
    in_form = {field.name for field in schema.fields if field.status != "ignored"}
    fields: dict[str, list[str]] = {}
    others: list[str] = []
    for error in errors:
        if error.field in in_form:
            fields.setdefault(error.field, []).append(error.message)
        else:
            others.append(f"{error.field}: {error.message}")
    return fields, others


def _form_field(field: SchemaField, zone: ZoneInfo) -> FormField:
    kind = _kind(field)
    unit = f" ({field.unit})" if field.unit else ""
    optional = "" if field.required else ", optional"
    has_example = field.example is not None and field.role != "identifier"
    example = f"Example: {field.example}" if has_example else ""
    is_time = kind in (FieldKind.DAY, FieldKind.MOMENT)
    notes = (field.description, _range_in_words(field, zone), f"Local time in {zone.key}." if is_time else "", example)
    return FormField(
        name=field.name,
        kind=kind,
        label=f"{field.name}{unit}{optional}",
        help="\n".join(note for note in notes if note),
        placeholder=example,
        choices=tuple(field.categories),
        other_choices=field.other_categories,
        limits=(_to_local(field.earliest or _FIRST_DAY, zone), _to_local(field.latest or _LAST_DAY, zone)),
    )


def _kind(field: SchemaField) -> FieldKind:
    if field.type == "number":
        return FieldKind.NUMBER
    if field.type == "time":
        return FieldKind.MOMENT if field.role == "timestamp" and _has_time_of_day(field) else FieldKind.DAY
    return FieldKind.CHOICE if field.categories else FieldKind.TEXT


def _has_time_of_day(field: SchemaField) -> bool:
    form = field.date_format or ISO_8601
    is_pattern = form != ISO_8601 and form not in NUMERIC_DATE_FORMATS
    return not is_pattern or any(directive in form for directive in _TIME_OF_DAY)


def _range_in_words(field: SchemaField, zone: ZoneInfo) -> str:
    if field.type == "time":
        limits = (field.earliest, field.latest)
        bounds = [None if limit is None else f"{_to_local(limit, zone):%Y-%m-%d %H:%M}" for limit in limits]
    else:
        bounds = [None if limit is None else f"{limit:.15g}" for limit in (field.minimum, field.maximum)]
    match bounds:
        case [None, None]:
            return ""
        case [str(low), None]:
            return f"At least {low}."
        case [None, str(high)]:
            return f"At most {high}."
        case _:
            return f"From {bounds[0]} to {bounds[1]}."


def _to_local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _to_json(field: SchemaField, value: FormValue, zone: ZoneInfo) -> object:
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        form = field.date_format or ISO_8601
        if form == ISO_8601 and _kind(field) is FieldKind.DAY:
            return moment.date().isoformat()
        return write_in_formats(moment, [form], zone)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
