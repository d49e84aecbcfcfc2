"""An example shipment of a schema: for documentation, forms and first requests."""

from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.split_dates import PART_EXAMPLES


def example_shipment(schema: ShipmentSchema) -> dict[str, str | float]:
    """A value for each column that is read: numbers within limits, first categories, a date in the first format.

    Validation accepts the shipment, unless the schema refuses or excludes every value that its limits suggest.
    """
    example = {name: schema.role(name).example() for name in schema.persisted_columns if name not in schema.split_dates}
    for name in schema.split_dates:
        if name in schema.persisted_columns:
            example |= {source: PART_EXAMPLES[part] for part, source in schema.split_dates[name].parts.items()}
    return example
