"""Operations on two or three columns whose result may be the outcome: differences, ratios, equality."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from delay_core.training.column_quantities import MINUTES_PER_DAY, Kind, Quantity

Floats = NDArray[np.float64]

MINUS = "\N{MINUS SIGN}"
MAX_OF_A_KIND = 40
"""Quantities of a kind that are combined in pairs: those with the largest weights in a linear fit of the outcome."""
MAX_IN_TRIPLES = 10
"""The same for groups of three."""


@dataclass(frozen=True)
class Operation:
    """A number computed from columns; `text` is a formula. `compute` returns it [rows], NaN where it has no value."""

    columns: tuple[str, ...]
    text: str
    compute: Callable[[], Floats]


def list_operations(quantities: Sequence[Quantity], labels: NDArray[np.int8]) -> list[Operation]:
    """Every operation on two or three columns of a kind; `labels` [rows] select the columns if there are too many."""
    by_kind = {kind: [one for one in quantities if one.kind == kind] for kind in _PAIR_OPERATIONS}
    operations = [
        operation
        for kind, of_kind in by_kind.items()
        for one, other in combinations(_select(of_kind, labels, MAX_OF_A_KIND), 2)
        if one.column != other.column and _have_same_unit(one, other)
        for operation in _PAIR_OPERATIONS[kind](one, other)
    ]
    numbers = _select(by_kind["number"], labels, MAX_IN_TRIPLES)
    times = by_kind["time"][: MAX_IN_TRIPLES // 2]
    operations += [
        operation
        for group in combinations(numbers, 3)
        if all(_have_same_unit(*pair) for pair in combinations(group, 2))
        for operation in _three_numbers(*group)
    ]
    operations += [_days_between(start, end, days) for start, end in combinations(times, 2) for days in numbers]
    return operations


def _have_same_unit(one: Quantity, other: Quantity) -> bool:
    """Whether units do not forbid an operation; a quantity without a unit may have any."""
    return one.unit is None or other.unit is None or one.unit == other.unit


def _times(one: Quantity, other: Quantity) -> Iterator[Operation]:
    yield _pair(one, other, MINUS, lambda: other.values - one.values)


def _times_of_day(one: Quantity, other: Quantity) -> Iterator[Operation]:
    """The difference across midnight: 23:50 is 20 minutes before 00:10."""
    half = MINUTES_PER_DAY / 2
    yield _pair(one, other, MINUS, lambda: (other.values - one.values + half) % MINUTES_PER_DAY - half)


def _numbers(one: Quantity, other: Quantity) -> Iterator[Operation]:
    yield _pair(one, other, MINUS, lambda: other.values - one.values)
    yield _pair(one, other, "/", lambda: _ratio(other.values, one.values))


def _codes(one: Quantity, other: Quantity) -> Iterator[Operation]:
    """Equality, if they have a value in common."""
    if set(one.values) & set(other.values) - {None}:
        yield _pair(one, other, "=", lambda: (other.values == one.values).astype(np.float64))


_PAIR_OPERATIONS: dict[Kind, Callable[[Quantity, Quantity], Iterator[Operation]]] = {
    "time": _times,
    "time of day": _times_of_day,
    "number": _numbers,
    "code": _codes,
}


def _pair(one: Quantity, other: Quantity, sign: str, compute: Callable[[], Floats]) -> Operation:
    return Operation((one.column, other.column), f"{other.column} {sign} {one.column}", compute)


def _three_numbers(a: Quantity, b: Quantity, c: Quantity) -> Iterator[Operation]:
    """Each of them without the two others; a sum of two compared with the third is the same."""
    yield _difference_of_three(a, b, c)
    yield _difference_of_three(b, a, c)
    yield _difference_of_three(c, a, b)


def _difference_of_three(whole: Quantity, first: Quantity, second: Quantity) -> Operation:
    return Operation(
        (whole.column, first.column, second.column),
        f"{whole.column} {MINUS} {first.column} {MINUS} {second.column}",
        lambda: whole.values - first.values - second.values,
    )


def _days_between(start: Quantity, end: Quantity, days: Quantity) -> Operation:
    return Operation(
        (end.column, start.column, days.column),
        f"days from {start.column} to {end.column} {MINUS} {days.column}",
        lambda: np.abs(end.values - start.values) - days.values,
    )


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = numerator / denominator
    return np.where(np.isfinite(ratio), ratio, np.nan)


def _select(quantities: Sequence[Quantity], labels: NDArray[np.int8], number: int) -> Sequence[Quantity]:
    """The quantities with the largest weights in a linear fit; the first ones if they are codes."""
    if len(quantities) <= number or quantities[0].kind == "code":
        return quantities[:number]
    matrix = np.stack([_standardize(one.values) for one in quantities], axis=1)
    weights = np.linalg.lstsq(matrix, labels - labels.mean(), rcond=None)[0]
    selected = set(np.argsort(-np.abs(weights), kind="stable")[:number].tolist())
    return [one for index, one in enumerate(quantities) if index in selected]


def _standardize(values: Floats) -> Floats:
    """Zero mean and unit deviation; 0 for NaN."""
    centered = np.where(np.isnan(values), 0.0, values - np.nanmean(values) if not np.isnan(values).all() else 0.0)
    deviation = centered.std()
    return centered / deviation if deviation > 0 else centered
