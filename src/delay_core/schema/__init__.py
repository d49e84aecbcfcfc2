"""The schema language: the models that a schema's YAML is read into, and what is derived from them for people."""

from delay_core.schema.accepted import accepted_schema
from delay_core.schema.columns import Column, Stage
from delay_core.schema.derived import Calendar, Derived
from delay_core.schema.example import example_of
from delay_core.schema.label import Costs, Label
from delay_core.schema.narrowing import narrowings
from delay_core.schema.reference import schema_reference
from delay_core.schema.request import FieldStatus, RequestField, request_fields, request_schema
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
    "accepted_schema",
    "example_of",
    "narrowings",
    "request_fields",
    "request_schema",
    "schema_reference",
]
