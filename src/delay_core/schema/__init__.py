"""The schema language: the models that a schema's YAML is read into, and what is derived from them for people."""

from delay_core.schema.columns import Column, Stage
from delay_core.schema.compatibility import breaking_changes
from delay_core.schema.derived import Calendar, Derived
from delay_core.schema.docs import schema_reference
from delay_core.schema.example import example_shipment
from delay_core.schema.fields import FieldStatus, RequestField, request_fields, request_json_schema
from delay_core.schema.json_schema import lenient_json_schema
from delay_core.schema.label import Costs, Label
from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.source_format import SourceFormat

__all__ = [
    "Calendar",
    "Column",
    "Costs",
    "Derived",
    "FieldStatus",
    "Label",
    "RequestField",
    "ShipmentSchema",
    "SourceFormat",
    "Stage",
    "breaking_changes",
    "example_shipment",
    "lenient_json_schema",
    "request_fields",
    "request_json_schema",
    "schema_reference",
]
