"""Reading requests: raw shipments to canonical columns, many at once, by the same rules as tables."""

from delay_core.requests.reader import Group, Request, RequestReader, Shipments

__all__ = ["Group", "Request", "RequestReader", "Shipments"]
