"""The columns that a planner can change before the delivery."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delay_core.schema.shipment_schema import ShipmentSchema


def actionable_columns(serving: "ShipmentSchema", configured: "ShipmentSchema") -> frozenset[str]:
    """The columns of the serving model's schema that the configured schema of the same name marks as actionable.

    A bundle does not contain the marks: they change no prediction, and they apply without a new training.
    """
    if serving.name != configured.name:
        return frozenset()
    marked = {name for name, column in configured.columns.items() if column.actionable}
    return frozenset(marked & changeable_columns(serving))


def changeable_columns(schema: "ShipmentSchema") -> frozenset[str]:
    """The columns of a request from which a model computes features, without those that identify the shipment."""
    calendar = {part.column for part in schema.calendar}
    derived = {name for feature in schema.derived.values() for name in feature.columns}
    read = {*schema.features, *calendar, *derived}
    parts = {source for name in read & schema.split_dates.keys() for source in schema.split_dates[name].parts.values()}
    return frozenset((read | parts) - schema.split_dates.keys() - {*schema.key})


def actionable_mistakes(schema: "ShipmentSchema") -> Iterator[str]:
    """Whether each actionable column can change a prediction."""
    changeable = changeable_columns(schema)
    for name, column in schema.columns.items():
        if column.actionable and name not in changeable:
            yield f"columns.{name}.actionable: {_reason(schema, name)}"


def _reason(schema: "ShipmentSchema", name: str) -> str:
    if name in schema.split_dates:
        parts = ", ".join(schema.split_dates[name].parts.values())
        return f"no request has this column; mark the columns of its parts: {parts}"
    if name in schema.key:
        return "another key is another shipment; remove actionable"
    return "no prediction depends on it; remove actionable, or mark a feature, or a column of calendar or derived"
