"""Parses the shipments of one request, or of many at once, into the columns that an encoder reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.errors import ShipmentValidationError
from delay_core.features import to_arrays
from delay_core.request_parsing.column_parsers import NumberBlockParser, make_missing_reason_parser, make_parser
from delay_core.request_parsing.parsed_batch import ParsedBatch, ParsedShipments, Request, concat
from delay_core.request_parsing.record_layout import Record, RecordLayoutCache, Values
from delay_core.schema import ShipmentSchema
from delay_core.validation import SHIPMENT_ID, ShipmentValidator
from delay_core.validation.header import match_header
from delay_core.validation.identity import content_id, has_inexact_numbers, id_columns, keyed_ids, row_digests
from delay_core.validation.occurrence_counter import count_occurrences
from delay_core.validation.split_dates import compose_requests, compose_table
from delay_core.violations import Violation, ViolationCode, unknown_field

_ELIDED = "…"
MAX_UNKNOWN_FIELDS = 1000
"""Unknown fields of a request that are reported."""


class RequestParser:
    """Parses by the rules of the schema, to the same bits as `ShipmentValidator(schema, request=True)`.

    Values as programs usually send them are parsed by column over all requests. A request with any other value goes
    through the validator, which also finds what is wrong. Threads may share a parser.
    """

    def __init__(self, schema: ShipmentSchema) -> None:
        self._schema = schema
        self._id_columns = id_columns(schema)
        self._names = tuple(dict.fromkeys((*schema.persisted_columns, *self._id_columns)))
        self._rules = schema.exclude_where
        self._layouts = RecordLayoutCache(schema, self._names, tuple(rule.column for rule in self._rules))
        self._block = NumberBlockParser(schema, self._names)
        indices = [self._names.index(name) for name in self._block.names]
        self._block_values = itemgetter(*indices) if len(indices) > 1 else None
        self._parsers = [make_parser(schema.role(name)) for name in self._names]
        self._reason_parsers = {
            stored: (self._names.index(name), make_missing_reason_parser(schema.role(name)))
            for stored, name in schema.missing_reason_columns.items()
        }

    def parse(self, request: Request) -> ParsedShipments:
        """The shipments of one request. Raises ShipmentValidationError with all violations."""
        batch = self.parse_batch([request])
        [result] = batch.results
        if isinstance(result, ShipmentValidationError):
            raise result
        return batch.shipments

    def parse_batch(self, requests: Sequence[Request], *, fast_only: bool = False) -> ParsedBatch:
        """Many requests at once; the violations of one do not affect the others.

        The validator takes milliseconds for a request. With `fast_only`, requests that need it get the result None.
        """
        if self._schema.split_dates:
            requests = compose_requests(self._schema, requests)
        parsed = self._parse_fast(requests)
        if isinstance(parsed, ParsedShipments):
            return ParsedBatch(parsed, list(_slices(requests)))
        if len(requests) == 1:
            return ParsedBatch(self._empty(), [None]) if fast_only else self._parse_alone(requests[0])
        needs_validator = [
            not len(request) or bool(parsed[rows].any())
            for request, rows in zip(requests, _slices(requests), strict=True)
        ]
        fast = [request for request, is_slow in zip(requests, needs_validator, strict=True) if not is_slow]
        batch = self.parse_batch(fast, fast_only=fast_only) if fast and len(fast) < len(requests) else None
        fast_results = iter(batch.results if batch else ())
        parts = [batch.shipments if batch else self._empty()]
        results: list[slice | ShipmentValidationError | None] = []
        start = len(parts[0])
        for request, is_slow in zip(requests, needs_validator, strict=True):
            if batch and not is_slow:
                results.append(next(fast_results))
                continue
            alone = self.parse_batch([request], fast_only=fast_only)
            [result] = alone.results
            count = len(alone.shipments)
            results.append(slice(start, start + count) if isinstance(result, slice) else result)
            parts.append(alone.shipments)
            start += count
        return ParsedBatch(concat(parts), results)

    def parse_table(self, table: pd.DataFrame) -> pd.DataFrame:
        """The canonical table for one of raw shipments. Raises ShipmentValidationError with all violations."""
        table = compose_table(self._schema, table)
        names = [str(name) for name in table.columns]
        renamed = table.set_axis(names, axis=1)
        header = match_header(self._schema, names, request=True)
        known = renamed[list(header.names)].rename(columns=header.names)
        unique = known.loc[:, ~known.columns.duplicated()].reset_index(drop=True)
        duplicates = [Violation(name, ViolationCode.DUPLICATE_FIELD) for name in header.duplicates]
        return self._validate(unique, [*self._unknown_fields(names), *duplicates])

    def _parse_alone(self, request: Request) -> ParsedBatch:
        try:
            shipments = self._parse_with_validator(request)
        except ShipmentValidationError as error:
            return ParsedBatch(self._empty(), [error])
        return ParsedBatch(shipments, [slice(0, len(shipments))])

    def _parse_fast(self, requests: Sequence[Request]) -> "ParsedShipments | NDArray[np.bool_]":
        """The shipments, or which rows [rows] need the validator."""
        records = [record for request in requests for record in request]
        layouts = [self._layouts.get(record) for record in records]
        known = [layout for layout in layouts if layout is not None]
        if len(known) < len(layouts) or not all(requests):
            return np.array([layout is None for layout in layouts], dtype=bool)
        pairs = list(zip(known, records, strict=True))
        needs_validator = np.zeros(len(records), dtype=bool)
        rows = [layout.values(record) for layout, record in pairs]
        raw = list(zip(*rows, strict=True))
        columns = self._parse_numbers(rows)
        for name, parse, values in zip(self._names, self._parsers, raw, strict=False):
            if name not in columns:
                columns[name], handled = parse(values)
                if handled is not None:
                    needs_validator |= ~handled
        for rule, values in zip(self._rules, raw[len(self._names) :], strict=True):
            needs_validator |= rule.matches(values)
        for name in self._schema.key:
            needs_validator |= has_inexact_numbers(columns[name])
        if any(layout.ignored for layout in known):
            needs_validator |= [layout.has_nested(record) for layout, record in pairs]
        if needs_validator.any():
            return needs_validator
        for stored, (index, parse_reasons) in self._reason_parsers.items():
            columns[stored] = parse_reasons(raw[index])
        ids, repeats_key = self._make_ids(columns, requests)
        return repeats_key if repeats_key.any() else ParsedShipments(columns, ids, pairs)

    def _parse_numbers(self, rows: Sequence[Values]) -> dict[str, NDArray[Any]]:
        """The columns of plain numbers; none where one of their values is anything else."""
        if self._block_values is None:
            return {}
        block = self._block.parse(map(self._block_values, rows), len(rows))
        return {} if block is None else dict(zip(self._block.names, block, strict=True))

    def _make_ids(
        self, columns: Mapping[str, NDArray[Any]], requests: Sequence[Request]
    ) -> tuple[list[str], NDArray[np.bool_]]:
        """The ids, and which rows [rows] repeat a key of their request."""
        named = [columns[name] for name in self._id_columns]
        row_count = sum(map(len, requests))
        digests = row_digests(named, row_count)
        occurrences = [number for rows in _slices(requests) for number in count_occurrences(digests[rows])]
        if not self._schema.key:
            return list(map(content_id, digests, occurrences)), np.zeros(row_count, dtype=bool)
        return keyed_ids(named).tolist(), np.array(occurrences) > 1

    def _parse_with_validator(self, request: Request) -> ParsedShipments:
        """Raises ShipmentValidationError with all violations."""
        records: list[Record] = [{str(key): value for key, value in record.items()} for record in request]
        violations = self._unknown_fields(key for record in records for key in record)
        aliases = self._schema.aliases
        duplicates: dict[str, None] = {}
        nested: list[Violation] = []
        rows: list[dict[str, object]] = []
        for number, record in enumerate(records, 1):
            row: dict[str, object] = {}
            for key, value in record.items():
                name = aliases.get(key)
                if name is None:
                    continue
                if name in row:
                    duplicates[name] = None
                if name not in (*self._names, *self._schema.date_parts) and isinstance(value, dict | list):
                    nested.append(Violation(name, ViolationCode.NESTED_VALUE, row=number))
                row[name] = _truncate_nested(value)
            rows.append(row)
        violations += [Violation(name, ViolationCode.DUPLICATE_FIELD) for name in duplicates]
        accepted = self._validate(pd.DataFrame(rows, dtype=object), violations, nested)
        columns = to_arrays(accepted, (*self._names, *self._reason_parsers))
        layouts = map(self._layouts.get, records)
        pairs = [(layout, record) for layout, record in zip(layouts, records, strict=True) if layout is not None]
        return ParsedShipments(columns, accepted[SHIPMENT_ID].tolist(), pairs)

    def _validate(
        self, table: pd.DataFrame, request_violations: Sequence[Violation], row_violations: Sequence[Violation] = ()
    ) -> pd.DataFrame:
        """The accepted rows of a table with the schema's column names, each at most once.

        Raises ShipmentValidationError with these violations and all others: first those of the request as a whole, then
        those of its rows.
        """
        if not len(table):
            raise ShipmentValidationError([Violation(None, ViolationCode.NO_SHIPMENTS)])
        missing = match_header(self._schema, list(table.columns), request=True).missing
        optional = [*missing, *(name for part in missing for name in self._schema.date_parts.get(part, ()))]
        result = ShipmentValidator(self._schema, request=True).validate_columns(table, optional=optional)
        excluded = [Violation(name, ViolationCode.EXCLUDED, row=row) for row, name in result.excluded.items()]
        rows = sorted((*row_violations, *result.violations, *excluded), key=lambda violation: violation.row or 0)
        violations = [*request_violations, *(Violation(name, ViolationCode.MISSING) for name in missing), *rows]
        if violations:
            raise ShipmentValidationError(violations)
        return result.accepted

    def _unknown_fields(self, names: Iterable[str]) -> list[Violation]:
        allowed = tuple(self._schema.columns)
        unknown = dict.fromkeys(name for name in names if name not in self._schema.aliases)
        return [unknown_field(name, allowed) for name in list(unknown)[:MAX_UNKNOWN_FIELDS]]

    def _empty(self) -> ParsedShipments:
        columns: dict[str, NDArray[Any]] = {
            name: parse(())[0] for name, parse in zip(self._names, self._parsers, strict=True)
        }
        return ParsedShipments(
            columns | {stored: parse(()) for stored, (_, parse) in self._reason_parsers.items()}, [], []
        )


def _truncate_nested(value: object) -> object:
    """The value; of a list or an object no more than its first level, so that nothing walks through deep ones."""
    if isinstance(value, dict):
        return {key: _ELIDED if isinstance(item, dict | list) else item for key, item in value.items()}
    return [_ELIDED if isinstance(item, dict | list) else item for item in value] if isinstance(value, list) else value


def _slices(requests: Sequence[Request]) -> Iterator[slice]:
    """The rows of each request in all requests together."""
    start = 0
    for request in requests:
        yield slice(start, start + len(request))
        start += len(request)
