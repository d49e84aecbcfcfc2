"""Columns that are equal in all rows of a table."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.schema import ShipmentSchema


class EqualColumns:
    """Compares the canonical columns of a table chunk by chunk; keeps a digest of each column."""

    def __init__(self, names: Sequence[str]) -> None:
        self._digests = {name: blake2b(digest_size=16) for name in names}
        self._first: dict[str, object] = {}
        self._varied: set[str] = set()

    def add(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """The next rows: float64, str or None, or datetime64 for each column [rows]."""
        for name, digest in self._digests.items():
            values = columns[name]
            if len(values):
                words = _words(values) if values.dtype == object else _numbers(values)
                digest.update(values.dtype.kind.encode() + _content(words))
                first = self._first.setdefault(name, words[0])
                if _has_other(words, first):
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


def _numbers(values: NDArray[Any]) -> NDArray[np.int64]:
    """The bits [rows] of numbers or times, equal where the values are: one NaN, one zero."""
    if values.dtype.kind == "M":
        return values.astype("datetime64[us]").view(np.int64)
    return np.where(np.isnan(values), np.nan, values + 0.0).view(np.int64)


def _words(values: NDArray[np.object_]) -> list[str]:
    """Texts, and a word for a missing one that is no text."""
    return ["-" if text is None else f"+{text}" for text in values]


def _has_other(words: "NDArray[np.int64] | list[str]", first: object) -> bool:
    return bool((words != first).any()) if isinstance(words, np.ndarray) else words.count(str(first)) < len(words)


def _content(words: "NDArray[np.int64] | list[str]") -> bytes:
    """Different content for different words."""
    if isinstance(words, np.ndarray):
        return words.tobytes()
    return np.fromiter(map(len, words), np.int64, len(words)).tobytes() + "".join(words).encode()
