"""The schema language: the models of a schema's YAML, and what is derived from them for requests and for people."""

from delay_core.schema.columns import Column
from delay_core.schema.compatibility import breaking_changes
from delay_core.schema.derived import Calendar, Derived
from delay_core.schema.docs import schema_reference
from delay_core.schema.example import example_shipment
from delay_core.schema.fields import FieldStatus, RequestField, request_fields
from delay_core.schema.join import Aggregate, Join
from delay_core.schema.json_schema import lenient_json_schema, request_json_schema
from delay_core.schema.label import Costs, Label
from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.source_format import SourceFormat
from delay_core.schema.stage import Stage

__all__ = [
    "Aggregate",
    "Calendar",
    "Column",
    "Costs",
    "Derived",
    "FieldStatus",
    "Join",
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
