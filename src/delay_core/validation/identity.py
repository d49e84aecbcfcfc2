"""Which shipment a row is: its key, or the digest of its content with its occurrence number."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from delay_core.schema import ShipmentSchema
from delay_core.validation.column_check import Canonical


class Identities:
    """Gives rows their ids, and remembers across the chunks of one table which it has given."""

    def __init__(self, schema: ShipmentSchema) -> None:
        self._schema = schema
        self._seen: Counter[bytes] = Counter()

    def of(self, canonical: Mapping[str, Canonical], rows: Sequence[int]) -> tuple[list[str], list[int]]:
        """The ids of these rows, in their order, and which of them repeat an earlier row's key."""
        names = self._schema.key or self._schema.needed
        contents = _contents([canonical[name] for name in names], rows)
        ids, repeated = [], []
        for row, content in zip(rows, contents, strict=True):
            name = hashlib.blake2b(content, digest_size=16).digest()
            self._seen[name] += 1
            if not self._schema.key:
                ids.append(f"{name.hex()}-{self._seen[name]}")
                continue
            ids.append("/".join(str(canonical[column][row]) for column in names))
            if self._seen[name] > 1:
                repeated.append(row)
        return ids, repeated


def _contents(columns: Sequence[Canonical], rows: Sequence[int]) -> list[bytes]:
    """Each row's canonical values as bytes; different values give different bytes."""
    taken = [column[list(rows)] for column in columns]
    fixed = [
        column.astype("<f8") if column.dtype.kind == "f" else column.astype("<i8")
        for column in taken
        if column.dtype != object
    ]
    parts = [np.ascontiguousarray(np.column_stack([column.view("<i8") for column in fixed]))] if fixed else []
    texts = [column for column in taken if column.dtype == object]
    numbers = [row.tobytes() for row in parts[0]] if parts else [b""] * len(rows)
    if not texts:
        return numbers
    words = ["\x1f".join("\x00" if word is None else word for word in row) for row in zip(*texts, strict=True)]
    return [number + word.encode() for number, word in zip(numbers, words, strict=True)]
