"""Validation: raw rows become canonical ones, or go to quarantine with their reasons."""

from delay_core.reserved_names import KNOWN_AT, LATE, SHIPMENT_ID, SOURCE_ROW
from delay_core.validation.counts import Counts
from delay_core.validation.header import UNREADABLE
from delay_core.validation.moments import instant
from delay_core.validation.validator import ShipmentValidator, Validated

__all__ = [
    "KNOWN_AT",
    "LATE",
    "SHIPMENT_ID",
    "SOURCE_ROW",
    "UNREADABLE",
    "Counts",
    "ShipmentValidator",
    "Validated",
    "instant",
]
