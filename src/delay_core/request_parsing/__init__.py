"""Parsing requests: raw shipments to canonical columns, many requests at once, by the same rules as tables."""

from delay_core.request_parsing.parsed_batch import ParsedBatch, ParsedShipments, Request
from delay_core.request_parsing.record_layout import Record
from delay_core.request_parsing.request_parser import RequestParser

__all__ = ["ParsedBatch", "ParsedShipments", "Record", "Request", "RequestParser"]
