"""Which shipment a row is: its key, or the digest of its content with its occurrence number."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from delay_core.schema import ShipmentSchema
from delay_core.validation.column_check import Canonical
from delay_core.validation.seen import Seen


class Identities:
    """Gives rows their ids, and remembers across the chunks of one table which it has given."""

    def __init__(self, schema: ShipmentSchema) -> None:
        self._schema = schema
        self._seen = Seen()

    def of(
        self, canonical: Mapping[str, Canonical], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """The ids of these rows, in their order, and which of them repeat an earlier row's key."""
        columns = [canonical[name][rows] for name in identifying(self._schema)]
        digests = row_digests(columns, len(rows))
        occurrence = self._seen.occurrences(np.array(digests, dtype="S16"))
        if self._schema.key:
            return keyed_ids(columns), occurrence > 1
        ids = [content_id(digest, number) for digest, number in zip(digests, occurrence, strict=True)]
        return np.array(ids, dtype=object), np.zeros(len(rows), dtype=bool)


def identifying(schema: ShipmentSchema) -> tuple[str, ...]:
    """The columns that tell rows apart: the key, or without one all that a prediction is made from."""
    return schema.key or schema.input_columns


def row_digests(columns: Sequence[Canonical], rows: int) -> list[bytes]:
    """A digest of 16 bytes for each row's canonical values in these columns."""
    return [hashlib.blake2b(content, digest_size=16).digest() for content in _contents(columns, rows)]


def keyed_ids(columns: Sequence[Canonical]) -> NDArray[np.object_]:
    """The ids [rows] that key columns give."""
    return np.array(["/".join(map(str, values)) for values in zip(*columns, strict=True)], dtype=object)


def content_id(digest: bytes, occurrence: int) -> str:
    """The id of a row without a key: its content, and which of equal rows it is, from 1."""
    return f"{digest.hex()}-{occurrence}"


def _contents(columns: Sequence[Canonical], rows: int) -> list[bytes]:
    """Each row's canonical values as bytes; different values give different bytes."""
    fixed = [column for column in columns if column.dtype != object]
    numbers = np.empty((rows, len(fixed)), dtype="<i8")
    for kind, written in (("f", "<f8"), ("M", "<M8[us]")):
        places = [at for at, column in enumerate(fixed) if column.dtype.kind == kind]
        if places:
            numbers[:, places] = np.array([fixed[at] for at in places], dtype=written).view("<i8").T
    whole, width = numbers.tobytes(), 8 * len(fixed)
    packed = [whole[at * width : (at + 1) * width] for at in range(rows)]
    texts = [column for column in columns if column.dtype == object]
    if not texts:
        return packed
    words = ["\x1f".join(["\x00" if word is None else word for word in row]) for row in zip(*texts, strict=True)]
    return [number + word.encode() for number, word in zip(packed, words, strict=True)]
