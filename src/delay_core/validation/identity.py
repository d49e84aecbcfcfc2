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
        names = self._schema.key or self._schema.needed
        columns = [canonical[name][rows] for name in names]
        digests = [hashlib.blake2b(content, digest_size=16).digest() for content in _contents(columns, len(rows))]
        occurrence = self._seen.occurrences(np.array(digests, dtype="S16"))
        if self._schema.key:
            ids = ["/".join(map(str, values)) for values in zip(*columns, strict=True)]
            return np.array(ids, dtype=object), occurrence > 1
        ids = [f"{digest.hex()}-{number}" for digest, number in zip(digests, occurrence, strict=True)]
        return np.array(ids, dtype=object), np.zeros(len(rows), dtype=bool)


def _contents(columns: Sequence[Canonical], rows: int) -> list[bytes]:
    """Each row's canonical values as bytes; different values give different bytes."""
    fixed = [
        column.astype("<f8") if column.dtype.kind == "f" else column.astype("<i8")
        for column in columns
        if column.dtype != object
    ]
    parts = [np.ascontiguousarray(np.column_stack([column.view("<i8") for column in fixed]))] if fixed else []
    texts = [column for column in columns if column.dtype == object]
    numbers = [row.tobytes() for row in parts[0]] if parts else [b""] * rows
    if not texts:
        return numbers
    words = ["\x1f".join("\x00" if word is None else word for word in row) for row in zip(*texts, strict=True)]
    return [number + word.encode() for number, word in zip(numbers, words, strict=True)]
