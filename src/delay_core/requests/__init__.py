"""Reading requests: raw shipments to canonical columns, many at once, by the same rules as tables."""

from delay_core.requests.reader import RequestReader
from delay_core.requests.shapes import Record
from delay_core.requests.shipments import Group, Request, Shipments

__all__ = ["Group", "Record", "Request", "RequestReader", "Shipments"]
