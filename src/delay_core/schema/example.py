"""A shipment as a request would describe it, made of the schema: for documents, forms and first tries."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from delay_core.schema.columns import Column
from delay_core.schema.shipment_schema import ShipmentSchema

_MORNING = datetime(2024, 6, 3, 8, 30)  # noqa: DTZ001 - local time of whatever zone the schema names
_ORIGINS = {"epoch_s": 1, "epoch_ms": 1000}
"""Format → its units in a second."""


def example_shipment(schema: ShipmentSchema) -> dict[str, str | float]:
    """A value for each column that is read: numbers within their limits, first categories, a date in the first format.

    Validation accepts it, unless the schema refuses or excludes every value that can be thought of from its limits.
    """
    return {
        name: _value(schema, name)
        for name, column in schema.columns.items()
        if name in schema.persisted_columns and not column.pii
    }


def _value(schema: ShipmentSchema, name: str) -> str | float:
    column = schema.columns[name]
    match column.role:
        case "numeric":
            return _number(column)
        case "timestamp":
            zone = ZoneInfo(schema.source.timezone)
            return _written(_moment(column, zone), zone, schema.source.date_formats[0])
        case "label":
            return next(iter(schema.label.on_time), 0)
    taken = {*schema.null_tokens(name), *_excluded(schema, name)}
    return next(word for word in _words(column) if word not in taken)


def _words(column: Column) -> Iterable[str]:
    yield from column.categories or ()
    yield "example"
    yield "another example"


def _excluded(schema: ShipmentSchema, name: str) -> Iterable[str]:
    return (value for rule in schema.exclude_where if rule.column == name for value in rule.equals)


def _number(column: Column) -> float:
    """The middle; with one limit, a little within it."""
    match column.minimum, column.maximum:
        case None, None:
            found = 1.0
        case None, float(most):
            found = min(most - 1, 1.0)
        case float(least), None:
            found = max(least + 1, 1.0)
        case float(least), float(most):
            found = (least + most) / 2
    return int(found) if found.is_integer() else found


def _moment(column: Column, zone: ZoneInfo) -> datetime:
    earliest, latest = (_local(limit, zone) for limit in (column.earliest, column.latest))
    if earliest and latest:
        return max(earliest, min(_MORNING, latest))
    if earliest and earliest > _MORNING:
        return earliest + timedelta(days=1)
    return latest - timedelta(days=1) if latest and latest < _MORNING else _MORNING


def _local(limit: datetime | None, zone: ZoneInfo) -> datetime | None:
    return limit.astimezone(zone).replace(tzinfo=None) if limit and limit.tzinfo else limit


def _written(moment: datetime, zone: ZoneInfo, form: str) -> str | float:
    if form == "ISO8601":
        return moment.isoformat()
    if form == "excel":
        return (moment - datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001 - local, as workbooks are
    if form in _ORIGINS:
        return int(moment.replace(tzinfo=zone).timestamp()) * _ORIGINS[form]
    return moment.strftime(form)
