"""The reference sample: held-out test rows of the training that served predictions are compared with."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from delay_core.digest import canonical_json
from delay_core.errors import BundleError
from delay_core.features import Columns
from delay_core.schema import ShipmentSchema

MAX_ROWS = 5_000
MAX_CELLS = 250_000
"""Rows times columns: a table with more than 50 columns has fewer rows in its sample."""
MAX_CATEGORIES = 100
"""A column with more distinct texts in the sample, and on average fewer than two rows for each, holds free text."""


@dataclass(frozen=True, eq=False)
class ReferenceSample:
    """Test rows of the training in time order, evenly spaced over all of them; all arrays are [rows].

    `columns` holds the numeric (float64, NaN) and categorical (str, None) features in canonical form, without personal
    data and free text. `probabilities` are those that the bundle serves, `labels` 1 for late. `prediction_points` is
    UTC, None for a table without times. `groups` numbers rows that depend on each other, None if all are independent.
    """

    columns: Columns
    probabilities: NDArray[np.float64]
    labels: NDArray[np.int8]
    prediction_points: NDArray[np.datetime64] | None
    groups: NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.probabilities)

    @cached_property
    def typical_values(self) -> Mapping[str, str | float]:
        """The middle value of each numeric column, to four digits; of each other column the most frequent value.

        A column without values is left out.
        """
        typical = {name: _typical(values) for name, values in self.columns.items()}
        return {name: value for name, value in typical.items() if value is not None}

    def to_json(self) -> bytes:
        """The sample as canonical JSON: numbers as short as float32 needs them, categories as codes."""
        points = self.prediction_points
        return canonical_json(
            {
                "columns": {name: _column_to_json(values) for name, values in self.columns.items()},
                "probabilities": _short_numbers(self.probabilities),
                "labels": self.labels.tolist(),
                "prediction_points": None if points is None else points.astype("datetime64[s]").astype(int).tolist(),
                "groups": None if self.groups is None else np.unique(self.groups, return_inverse=True)[1].tolist(),
            }
        )

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """The sample that `to_json` wrote. Raises BundleError."""
        try:
            return cls._from_content(json.loads(content))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise BundleError(f"reference.json is not a reference sample: {error}") from error

    @classmethod
    def _from_content(cls, content: Mapping[str, Any]) -> Self:
        points, groups = content["prediction_points"], content["groups"]
        sample = cls(
            {name: _column_from_json(column) for name, column in content["columns"].items()},
            np.array(content["probabilities"], dtype=np.float64),
            np.array(content["labels"], dtype=np.int8),
            None if points is None else np.array(points, dtype=np.int64).astype("datetime64[s]"),
            None if groups is None else np.array(groups, dtype=np.int64),
        )
        arrays = (*sample.columns.values(), sample.labels, sample.prediction_points, sample.groups)
        lengths = {len(values) for values in arrays if values is not None}
        if lengths - {len(sample)}:
            raise ValueError(f"columns of {sorted(lengths)} rows beside {len(sample)} probabilities")
        return sample


def monitored_columns(schema: ShipmentSchema) -> tuple[str, ...]:
    """The numeric and categorical features of a schema, without personal data."""
    return tuple(name for name, column in schema.features.items() if not column.pii)


def reference_rows(rows: int, columns: int) -> NDArray[np.int64]:
    """Indices of the rows of a sample, evenly spaced out of this many."""
    size = min(rows, MAX_ROWS, MAX_CELLS // max(columns, 1))
    return np.unique(np.linspace(0, rows - 1, size).astype(np.int64))


def without_free_text(columns: Columns) -> Columns:
    """The columns but those of texts that seldom repeat."""
    return {name: values for name, values in columns.items() if not _is_free_text(values)}


def _is_free_text(values: NDArray[Any]) -> bool:
    if values.dtype != object:
        return False
    texts = [text for text in values if text is not None]
    distinct = len(set(texts))
    return distinct > MAX_CATEGORIES and distinct * 2 > len(texts)


def _typical(values: NDArray[Any]) -> str | float | None:
    if values.dtype.kind != "f":
        counts = Counter(text for text in values if text is not None)
        return min(counts, key=lambda text: (-counts[text], text), default=None)
    numbers = np.sort(values[~np.isnan(values)])
    if not len(numbers):
        return None
    middle = float(numbers[len(numbers) // 2])
    rounded = float(f"{middle:.4g}")
    return _short_number(rounded if numbers[0] <= rounded <= numbers[-1] else middle)


def _short_numbers(values: NDArray[np.float64]) -> list[float | None]:
    """The shortest decimal of each number [rows] as float32; None for NaN."""
    with np.errstate(over="ignore"):
        shortest = values.astype(np.float32).astype(str).astype(np.float64)
    finite = np.where(np.isfinite(shortest), shortest, values)  # beyond float32, the number itself
    return [None if np.isnan(number) else _short_number(number) for number in finite.tolist()]


def _short_number(number: float) -> float:
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _column_to_json(values: NDArray[Any]) -> dict[str, object]:
    if values.dtype.kind == "f":
        return {"numbers": _short_numbers(values)}
    categories = sorted({text for text in values if text is not None})
    codes = {text: code for code, text in enumerate(categories)} | {None: -1}
    return {"categories": categories, "codes": [codes[text] for text in values]}


def _column_from_json(column: Mapping[str, Any]) -> NDArray[Any]:
    if "numbers" in column:
        return np.array(column["numbers"], dtype=np.float64)
    categories = np.array([*column["categories"], None], dtype=object)
    values: NDArray[np.object_] = categories[np.array(column["codes"], dtype=np.int64)]  # -1, missing, is the last
    return values
