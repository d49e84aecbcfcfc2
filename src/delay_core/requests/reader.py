"""Shipments of one request, or of many at once, validated once, as the columns that an encoder reads."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.errors import InvalidShipment, SourceError
from delay_core.features import to_arrays
from delay_core.requests.plain import Block, is_simple_number, reader_of, why_reader_of
from delay_core.requests.shapes import Shape, Shapes, Values
from delay_core.requests.shipments import Group, Request, Shipments, joined
from delay_core.schema import ShipmentSchema
from delay_core.validation import SHIPMENT_ID, ShipmentValidator
from delay_core.validation.identity import content_id, identifying, keyed_ids, row_digests

_ELIDED = "…"
NONE_GIVEN = "no shipment given; at least one is needed"


class RequestReader:
    """Reads by the rules of the schema, as `ShipmentValidator(schema, request=True)` does, to the same bits.

    What programs usually send is read by columns over all requests; a request with anything else goes through the
    validator itself, which also words what is wrong. Safe to share between threads.
    """

    def __init__(self, schema: ShipmentSchema) -> None:
        self._schema = schema
        asked = dict.fromkeys((*schema.persisted_columns, *identifying(schema)))
        self._names = tuple(asked)
        self._rules = tuple(rule for rule in schema.exclude_where)
        self._shapes = Shapes(schema, self._names, tuple(rule.column for rule in self._rules))
        required = {*schema.key, schema.prediction_point.column} | {
            name for name in schema.input_columns if not schema.columns[name].nullable
        }
        self._block = Block(schema, [name for name in self._names if is_simple_number(schema, name)])
        places = [self._names.index(name) for name in self._block.names]
        self._of_block = itemgetter(*places) if len(places) > 1 else None
        self._readers = [reader_of(schema, name, required=name in required) for name in self._names]
        self._why = {
            stored: (self._names.index(name), why_reader_of(schema, name))
            for stored, name in schema.missing_reason_columns.items()
        }
        self._identifying = identifying(schema)

    def read(self, request: Request) -> Shipments:
        """The shipments of one request. Raises InvalidShipment naming every broken field."""
        group = self.read_all([request])
        [place] = group.places
        if isinstance(place, InvalidShipment):
            raise place
        return group.shipments

    def read_all(self, requests: Sequence[Request], *, quick: bool = False) -> Group:
        """Many requests at once; what is wrong with one is no other's harm.

        The validator takes milliseconds for a request; `quick` leaves those that need it to a closer look.
        """
        found = self._read_plain(requests)
        if isinstance(found, Shipments):
            return Group(found, list(_slices(requests)))
        if len(requests) == 1:
            return Group(self._read_nothing(), [None]) if quick else self._read_one(requests[0])
        odd = [not len(request) or bool(found[place].any()) for request, place in _pairs(requests)]
        usual = [request for request, is_odd in zip(requests, odd, strict=True) if not is_odd]
        group = self.read_all(usual, quick=quick) if usual and len(usual) < len(requests) else None
        places = iter(group.places if group else ())
        parts = [group] if group else [Group(self._read_nothing(), [])]
        order: list[slice | InvalidShipment | None] = []
        start = len(parts[0].shipments)
        for request, is_odd in zip(requests, odd, strict=True):
            if group and not is_odd:
                order.append(next(places))
                continue
            alone = self.read_all([request], quick=quick)
            [place] = alone.places
            order.append(slice(start, start + len(alone.shipments)) if isinstance(place, slice) else place)
            parts.append(alone)
            start += len(alone.shipments)
        return Group(joined([part.shipments for part in parts]), order)

    def _read_one(self, request: Request) -> Group:
        try:
            shipments = self._read_closely(request)
        except InvalidShipment as error:
            return Group(self._read_nothing(), [error])
        return Group(shipments, [slice(0, len(shipments))])

    def _read_plain(self, requests: Sequence[Request]) -> "Shipments | NDArray[np.bool_]":
        """Or which rows need a closer look [rows]."""
        records = [record for request in requests for record in request]
        odd = np.zeros(len(records), dtype=bool)
        shapes = [self._shapes.of(record) for record in records]
        known = [shape for shape in shapes if shape is not None]
        if len(known) < len(shapes) or not all(requests):
            odd[:] = [shape is None for shape in shapes]
            return odd
        pairs = list(zip(known, records, strict=True))
        rows = [shape.values(record) for shape, record in pairs]
        raw = list(zip(*rows, strict=True))
        columns = self._numbers(rows)
        for name, read, values in zip(self._names, self._readers, raw, strict=False):
            if name not in columns:
                columns[name], plain = read(values)
                if plain is not None:
                    odd |= ~plain
        for rule, values in zip(self._rules, raw[len(self._names) :], strict=True):
            odd |= [value is not None and str(value) in rule.equals for value in values]
        if any(shape.ignored for shape in known):
            odd |= [shape.has_structure(record) for shape, record in pairs]
        if odd.any():
            return odd
        for stored, (at, why) in self._why.items():
            columns[stored] = why(raw[at])
        ids, repeated = self._ids(columns, requests)
        return repeated if repeated.any() else Shipments(columns, ids, pairs)

    def _numbers(self, rows: Sequence[Values]) -> dict[str, NDArray[Any]]:
        """The columns of simple numbers; none where one of their values is anything else."""
        if self._of_block is None:
            return {}
        found = self._block.read(map(self._of_block, rows), len(rows))
        return {} if found is None else dict(zip(self._block.names, found, strict=True))

    def _ids(
        self, columns: Mapping[str, NDArray[Any]], requests: Sequence[Request]
    ) -> tuple[list[str], NDArray[np.bool_]]:
        """The ids, and which rows [rows] repeat a key of their request."""
        named = [columns[name] for name in self._identifying]
        rows = sum(map(len, requests))
        digests = row_digests(named, rows)
        times = [count for place in _slices(requests) for count in _occurrences(digests[place])]
        if not self._schema.key:
            return list(map(content_id, digests, times)), np.zeros(rows, dtype=bool)
        return keyed_ids(named).tolist(), np.array(times) > 1

    def accepted(self, table: pd.DataFrame) -> pd.DataFrame:
        """The canonical table for one of raw shipments. Raises InvalidShipment naming every broken field."""
        if table.empty:
            raise InvalidShipment([NONE_GIVEN])
        self._refuse_foreign(map(str, table))
        try:
            validated = ShipmentValidator(self._schema, request=True).sort_out(table)
        except SourceError as error:
            raise InvalidShipment([str(error)]) from error
        if validated.counts.quarantined:
            pairs = zip(validated.quarantined["source_row"], validated.quarantined["reasons"], strict=True)
            raise InvalidShipment([f"shipment {row}: {reasons}" for row, reasons in pairs])
        if validated.counts.excluded:
            raise InvalidShipment(["the schema's own rule (exclude_where) excludes a shipment among these"])
        return validated.accepted

    def _read_closely(self, request: Request) -> Shipments:
        """By the validator. Raises InvalidShipment."""
        self._refuse_foreign(str(key) for record in request for key in record)
        shapes = [self._shapes.of(record) for record in request]
        self._refuse_structures(request, shapes)
        renamed = [
            {shape.renamed.get(key, key) if shape else key: _outside(value) for key, value in record.items()}
            for shape, record in zip(shapes, request, strict=True)
        ]
        accepted = self.accepted(pd.DataFrame(renamed, dtype=object))
        columns = to_arrays(accepted, (*self._names, *self._why))
        given = [(shape, record) for shape, record in zip(shapes, request, strict=True) if shape]
        return Shipments(columns, accepted[SHIPMENT_ID].tolist(), given)

    def _refuse_foreign(self, keys: Iterable[str]) -> None:
        foreign = dict.fromkeys(key for key in keys if key not in self._schema.aliases)
        if foreign:
            allowed = ", ".join(self._schema.columns)
            raise InvalidShipment([f"unknown field {key!r:.100}; the schema has {allowed}" for key in foreign])

    def _refuse_structures(self, request: Request, shapes: Sequence[Shape | None]) -> None:
        problems = [
            f"shipment {row}: {self._schema.aliases[key]}: a field that is ignored may hold text, a number, "
            "true, false or null"
            for row, (shape, record) in enumerate(zip(shapes, request, strict=True), 1)
            for key in (shape.ignored if shape else ())
            if isinstance(record[key], dict | list)
        ]
        if problems:
            raise InvalidShipment(problems)

    def _read_nothing(self) -> Shipments:
        columns: dict[str, NDArray[Any]] = {
            name: read(())[0] for name, read in zip(self._names, self._readers, strict=True)
        }
        return Shipments(columns | {stored: why(()) for stored, (_, why) in self._why.items()}, [], [])


def _outside(value: object) -> object:
    """The value; of a structure, which is refused, no more than its first level: nothing walks through deep ones."""
    if isinstance(value, dict):
        return {key: _ELIDED if isinstance(one, dict | list) else one for key, one in value.items()}
    return [_ELIDED if isinstance(one, dict | list) else one for one in value] if isinstance(value, list) else value


def _slices(requests: Sequence[Request]) -> Iterator[slice]:
    start = 0
    for request in requests:
        yield slice(start, start + len(request))
        start += len(request)


def _pairs(requests: Sequence[Request]) -> Iterator[tuple[Request, slice]]:
    return zip(requests, _slices(requests), strict=True)


def _occurrences(digests: Sequence[bytes]) -> list[int]:
    """How many times each has come by now, itself included."""
    if len(set(digests)) == len(digests):
        return [1] * len(digests)
    times: Counter[bytes] = Counter()
    found = []
    for digest in digests:
        times[digest] += 1
        found.append(times[digest])
    return found
