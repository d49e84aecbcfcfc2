"""Validation: raw rows become canonical ones, or go to quarantine with codes and reasons."""

from delay_core.reserved_names import KNOWN_AT, LATE, SHIPMENT_ID, SOURCE_ROW
from delay_core.validation.header import UNREADABLE, unreadable_rows
from delay_core.validation.label import last_known_moment
from delay_core.validation.row_order import order_number, row_times
from delay_core.validation.validator import FieldRule, ShipmentValidator, ValidationResult

__all__ = [
    "KNOWN_AT",
    "LATE",
    "SHIPMENT_ID",
    "SOURCE_ROW",
    "UNREADABLE",
    "FieldRule",
    "ShipmentValidator",
    "ValidationResult",
    "last_known_moment",
    "order_number",
    "row_times",
    "unreadable_rows",
]
