"""Columns that are equal in all rows of a table."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.schema import ShipmentSchema


class EqualColumns:
    """Compares the canonical columns of a table chunk by chunk; keeps a digest of each column."""

    def __init__(self, names: Sequence[str]) -> None:
        self._digests = {name: blake2b(digest_size=16) for name in names}
        self._first: dict[str, bytes] = {}
        self._varied: set[str] = set()

    def add(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """The next rows: float64, str or None, or datetime64 for each column [rows]."""
        for name, digest in self._digests.items():
            values = columns[name]
            if len(values):
                bits, words = _bits(values)
                digest.update(values.dtype.kind.encode() + bits.tobytes() + words)
                first = self._first.setdefault(name, bits[:1].tobytes() + words)
                if (bits != bits[0]).any() or bits[:1].tobytes() + words != first:
                    self._varied.add(name)

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The names of equal columns, at least two each, in the order of the names.

        A column with one value in all rows, or with none, equals no other: it says nothing.
        """
        by_digest: dict[bytes, list[str]] = {}
        for name, digest in self._digests.items():
            if name in self._varied:
                by_digest.setdefault(digest.digest(), []).append(name)
        return tuple(tuple(names) for names in by_digest.values() if len(names) > 1)


def repeated_features(schema: ShipmentSchema, groups: Sequence[Sequence[str]]) -> dict[str, str]:
    """Features that repeat another one, which precedes them in the schema, each with the reason why it is not used."""
    features = [[name for name in names if name in schema.features] for names in groups]
    return {name: f"repeats {names[0]} in all rows" for names in features for name in names[1:]}


def _bits(values: NDArray[Any]) -> tuple[NDArray[np.int64], bytes]:
    """Integers [rows] that are equal where the values are, and what they stand for if that is not the values' bits."""
    if values.dtype == object:
        codes, texts = pd.factorize(values)
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        return codes.astype(np.int64), lengths.tobytes() + "".join(texts).encode()
    if values.dtype.kind == "M":
        return values.astype("datetime64[us]").view(np.int64), b""
    one_zero_one_nan = np.where(np.isnan(values), np.nan, values + 0.0)
    return one_zero_one_nan.view(np.int64), b""
