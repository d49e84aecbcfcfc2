"""The schema language: the models that a schema's YAML is read into."""

from delay_core.schema.columns import Column, Stage
from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.source_format import SourceFormat

__all__ = ["Column", "ShipmentSchema", "SourceFormat", "Stage"]
