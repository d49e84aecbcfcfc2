"""An example shipment of a schema: for documentation, forms and first requests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from delay_core.parsing.date_formats import ISO_8601, may_be_day, write_moment
from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.split_dates import PART_EXAMPLES

_DAY = datetime(PART_EXAMPLES["year"], PART_EXAMPLES["month"], PART_EXAMPLES["day"])  # noqa: DTZ001 - a day has no zone


def example_shipment(schema: ShipmentSchema) -> dict[str, str | float]:
    """A value for each column that is read: numbers within limits, first categories, a date in the first format.

    Validation accepts the shipment, unless the schema refuses or excludes every value that its limits suggest.
    """
    example = {name: schema.role(name).example() for name in schema.persisted_columns if name not in schema.split_dates}
    for name in schema.split_dates:
        if name in schema.persisted_columns:
            parts = schema.split_dates[name].parts
            example |= {
                source: _example_day(schema) if part == "date" else PART_EXAMPLES[part]
                for part, source in parts.items()
            }
    return example


def _example_day(schema: ShipmentSchema) -> str | float:
    form = next(filter(may_be_day, schema.source.date_formats))
    return str(_DAY.date()) if form == ISO_8601 else write_moment(_DAY, form, ZoneInfo(schema.source.timezone))
