"""Validation: raw rows become canonical ones, or go to quarantine with their reasons."""

from delay_core.validation.header import UNREADABLE
from delay_core.validation.validator import LATE, SHIPMENT_ID, SOURCE_ROW, Counts, ShipmentValidator, Validated

__all__ = ["LATE", "SHIPMENT_ID", "SOURCE_ROW", "UNREADABLE", "Counts", "ShipmentValidator", "Validated"]
