"""One column of a chunk against its description: canonical values, and what is wrong with which row."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.schema import Column, ShipmentSchema
from delay_core.validation import parse

Canonical = NDArray[np.float64] | NDArray[np.datetime64] | NDArray[np.object_]
"""Numbers and labels: float64 with NaN; timestamps: UTC datetime64[us] with NaT; texts: str or None."""


@dataclass(frozen=True)
class Problem:
    """Rows that break one rule: `kind` names the rule, `sentence(row)` tells it of one row."""

    kind: str
    rows: parse.Mask
    sentence: Callable[[int], str]


def check(schema: ShipmentSchema, name: str, values: parse.Values) -> tuple[Canonical, list[Problem]]:
    """Canonical values [rows] of the column, and its problems (those of no row included)."""
    column = schema.columns[name]
    absent = parse.missing(values, column.null_tokens)
    required = np.zeros(len(values), dtype=bool) if column.nullable else absent
    problems = [Problem(f"{name}: missing", required, lambda _: f"{name}: missing; it must have a value")]
    canonical: Canonical
    if column.role == "numeric":
        canonical, broken = parse.numbers(values, absent)
        problems += [_unreadable(name, values, broken, "a number"), _out_of_range(name, column, canonical)]
    elif column.role == "timestamp":
        form = schema.source
        canonical, broken = parse.times(values, absent, form.date_formats, form.timezone)
        problems.append(_unreadable(name, values, broken, f"a date; expected {' or '.join(form.date_formats)}"))
    elif column.role == "label":
        canonical, broken = parse.numbers(values, absent)
        broken |= ~absent & ~np.isin(canonical, (0.0, 1.0))
        problems.append(_unreadable(name, values, broken, "a label; allowed are 0 and 1"))
    else:
        canonical, broken = parse.texts(values, absent)
        problems += [_unreadable(name, values, broken, "text"), _unseen(name, column, canonical)]
    return canonical, problems


def _unreadable(name: str, values: parse.Values, broken: parse.Mask, wanted: str) -> Problem:
    kind = f"{name}: not {wanted.split(';', maxsplit=1)[0]}"
    return Problem(kind, broken, lambda i: f"{name}: {values[i]!r:.60} is not {wanted}")


def _out_of_range(name: str, column: Column, numbers: NDArray[np.float64]) -> Problem:
    low = numbers < (-np.inf if column.minimum is None else column.minimum)
    high = numbers > (np.inf if column.maximum is None else column.maximum)
    ends = ["any" if limit is None else f"{limit:g}" for limit in (column.minimum, column.maximum)]
    allowed = f"allowed is {ends[0]} to {ends[1]} {column.unit or ''}".rstrip()
    return Problem(f"{name}: out of range", low | high, lambda i: f"{name}: {numbers[i]:g} is out of range; {allowed}")


def _unseen(name: str, column: Column, texts: NDArray[np.object_]) -> Problem:
    if column.categories is None or column.unseen == "bucket":
        foreign = np.zeros(len(texts), dtype=bool)
    else:
        foreign = np.array([text is not None and text not in column.categories for text in texts], dtype=bool)
    allowed = ", ".join(column.categories or ())
    return Problem(
        f"{name}: not an allowed category", foreign, lambda i: f"{name}: {texts[i]!r:.60} is not one of {allowed}"
    )
