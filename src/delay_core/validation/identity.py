"""The id of a shipment: its key, or the digest of its content with its occurrence number."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from delay_core.canonical_text import MAX_EXACT_FLOAT, canonical_text
from delay_core.parsing import BrokenRule, Canonical, ColumnResult
from delay_core.schema import ShipmentSchema
from delay_core.validation.occurrence_counter import OccurrenceCounter
from delay_core.violations import ViolationCode, format_value


class ShipmentIds:
    """Makes the ids of a table's rows; counts equal rows across its chunks."""

    def __init__(self, schema: ShipmentSchema) -> None:
        self._schema = schema
        self._counter = OccurrenceCounter()

    def make(
        self, canonical: Mapping[str, Canonical], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """The ids [rows] of these rows, and which ones [rows] repeat the key of an earlier row."""
        columns = [canonical[name][rows] for name in id_columns(self._schema)]
        digests = row_digests(columns, len(rows))
        occurrences = self._counter.count(np.array(digests, dtype="S16"))
        if self._schema.key:
            return keyed_ids(columns), occurrences > 1
        ids = [content_id(digest, number) for digest, number in zip(digests, occurrences, strict=True)]
        return np.array(ids, dtype=object), np.zeros(len(rows), dtype=bool)


def id_columns(schema: ShipmentSchema) -> tuple[str, ...]:
    """The columns that make the id: the key; without a key all that a prediction is made from."""
    return schema.key or schema.input_columns


def key_violations(schema: ShipmentSchema, results: Mapping[str, ColumnResult]) -> Iterator[tuple[str, BrokenRule]]:
    """The rule that a number which is a key has all its digits, for each such column."""
    for name in schema.key:
        if name in results and (rows := has_inexact_numbers(results[name].canonical)).any():
            yield name, _inexact_rule(results[name].canonical, rows)


def has_inexact_numbers(column: Canonical) -> NDArray[np.bool_]:
    """Where a column [rows] has a number too large to hold every digit of an id."""
    if column.dtype.kind != "f":
        return np.zeros(len(column), dtype=bool)
    return np.asarray(np.abs(column.astype(np.float64)) >= MAX_EXACT_FLOAT)


def _inexact_rule(column: Canonical, rows: NDArray[np.bool_]) -> BrokenRule:
    return BrokenRule(ViolationCode.INEXACT_NUMBER, rows, lambda row: {"value": format_value(float(column[row]))})


def row_digests(columns: Sequence[Canonical], rows: int) -> list[bytes]:
    """A digest of 16 bytes for each row's canonical values in these columns."""
    return [hashlib.blake2b(content, digest_size=16).digest() for content in _row_bytes(columns, rows)]


def keyed_ids(columns: Sequence[Canonical]) -> NDArray[np.object_]:
    """The ids [rows] that key columns give; whole numbers have no decimal point."""
    texts = [map(canonical_text if column.dtype.kind == "f" else str, column.tolist()) for column in columns]
    return np.array(["/".join(values) for values in zip(*texts, strict=True)], dtype=object)


def content_id(digest: bytes, occurrence: int) -> str:
    """The id of a row without a key: its content, and which of equal rows it is, from 1."""
    return f"{digest.hex()}-{occurrence}"


def _row_bytes(columns: Sequence[Canonical], rows: int) -> list[bytes]:
    """Each row's canonical values as bytes; different values give different bytes."""
    fixed = [column for column in columns if column.dtype != object]
    numbers = np.empty((rows, len(fixed)), dtype="<i8")
    for kind, dtype in (("f", "<f8"), ("M", "<M8[us]")):
        indices = [index for index, column in enumerate(fixed) if column.dtype.kind == kind]
        if indices:
            numbers[:, indices] = np.array([fixed[index] for index in indices], dtype=dtype).view("<i8").T
    whole, width = numbers.tobytes(), 8 * len(fixed)
    packed = [whole[row * width : (row + 1) * width] for row in range(rows)]
    texts = [column for column in columns if column.dtype == object]
    if not texts:
        return packed
    words = ["\x1f".join(["\x00" if word is None else word for word in row]) for row in zip(*texts, strict=True)]
    return [number + word.encode() for number, word in zip(packed, words, strict=True)]
