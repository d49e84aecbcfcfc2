"""One column of a chunk against its description: canonical values, and what is wrong with which row."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.schema import Column, ShipmentSchema
from delay_core.validation import moments, numerals, parse, sentinels

Canonical = NDArray[np.float64] | NDArray[np.datetime64] | NDArray[np.object_]
"""Numbers and labels: float64 with NaN; timestamps: UTC datetime64[us] with NaT; texts: str or None."""


@dataclass(frozen=True)
class Problem:
    """Rows that break one rule: `kind` names the rule, `sentence(row)` tells it of one row."""

    kind: str
    rows: parse.Mask
    sentence: Callable[[int], str]


@dataclass(frozen=True)
class Checked:
    """A column's canonical values [rows], its problems, and why values are missing where a sentinel says so."""

    canonical: Canonical
    problems: list[Problem] = field(default_factory=list)
    why_missing: NDArray[np.object_] | None = None


def check(schema: ShipmentSchema, name: str, values: parse.Values, *, required: bool) -> Checked:
    """The column's values [rows], checked; problems of no row are left out. A required value may not be missing."""
    column = schema.columns[name]
    absent = parse.missing(values, schema.null_tokens(name))
    checked = _CHECKS.get(column.role, _text)(schema, name, values, absent)
    if checked.why_missing is not None:
        absent = absent | np.asarray(pd.notna(checked.why_missing))
    gone = absent if required else np.zeros(len(values), dtype=bool)
    missing = Problem(f"{name}: missing", gone, lambda _: f"{name}: missing; it must have a value")
    problems = [problem for problem in (missing, *checked.problems) if problem.rows.any()]
    return Checked(checked.canonical, problems, checked.why_missing)


def _numeric(schema: ShipmentSchema, name: str, values: parse.Values, absent: parse.Mask) -> Checked:
    column = schema.columns[name]

    def read(some: parse.Values) -> NDArray[np.float64]:
        return parse.numbers(numerals.plain(some, schema.source, column.strip), np.zeros(len(some), dtype=bool))[0]

    numbers, broken = parse.numbers(numerals.plain(values, schema.source, column.strip), absent)
    why = sentinels.reasons(column.sentinels, values, broken, numbers, read) if column.sentinels else None
    if why is not None:
        given = pd.notna(why)
        numbers, broken = np.where(given, np.nan, numbers), broken & ~given
    problems = [_unreadable(name, values, broken, "a number"), _out_of_range(name, column, numbers)]
    return Checked(numbers, problems, why)


def _timestamp(schema: ShipmentSchema, name: str, values: parse.Values, absent: parse.Mask) -> Checked:
    column, form = schema.columns[name], schema.source

    def read(some: parse.Values) -> NDArray[np.datetime64]:
        formats = (*form.date_formats, "ISO8601")
        return moments.times(some, np.zeros(len(some), dtype=bool), formats, form.timezone)[0]

    found, broken = moments.times(values, absent, form.date_formats, form.timezone)
    why = sentinels.reasons(column.sentinels, values, broken, found, read) if column.sentinels else None
    if why is not None:
        given = pd.notna(why)
        found, broken = np.where(given, np.datetime64("NaT", "us"), found), broken & ~given
    wanted = f"a date; expected {' or '.join(form.date_formats)}"
    return Checked(
        found, [_unreadable(name, values, broken, wanted), _out_of_time(name, column, found, form.timezone)], why
    )


def _label(schema: ShipmentSchema, name: str, values: parse.Values, absent: parse.Mask) -> Checked:
    label = schema.label
    if not label.late:
        canonical, broken = parse.numbers(values, absent)
        broken |= ~absent & ~np.isin(canonical, (0.0, 1.0))
        return Checked(canonical, [_unreadable(name, values, broken, "a label; allowed are 0 and 1")])
    texts, _ = parse.texts(values, absent)
    late, on_time = np.isin(texts, label.late), np.isin(texts, label.on_time)
    canonical = np.where(late, 1.0, np.where(on_time, 0.0, np.nan))
    allowed = f"a label; late are {', '.join(label.late)}, on time are {', '.join(label.on_time)}"
    return Checked(canonical, [_unreadable(name, values, ~absent & ~late & ~on_time, allowed)])


def _text(schema: ShipmentSchema, name: str, values: parse.Values, absent: parse.Mask) -> Checked:
    texts, broken = parse.texts(values, absent)
    return Checked(texts, [_unreadable(name, values, broken, "text"), _unseen(name, schema.columns[name], texts)])


_CHECKS = {"numeric": _numeric, "timestamp": _timestamp, "label": _label}


def _unreadable(name: str, values: parse.Values, broken: parse.Mask, wanted: str) -> Problem:
    kind = f"{name}: not {wanted.split(';', maxsplit=1)[0]}"
    return Problem(kind, broken, lambda i: f"{name}: {values[i]!r:.60} is not {wanted}")


def _out_of_range(name: str, column: Column, numbers: NDArray[np.float64]) -> Problem:
    low = numbers < (-np.inf if column.minimum is None else column.minimum)
    high = numbers > (np.inf if column.maximum is None else column.maximum)
    ends = ["any" if limit is None else f"{limit:.15g}" for limit in (column.minimum, column.maximum)]
    allowed = f"allowed is {ends[0]} to {ends[1]} {column.unit or ''}".rstrip()
    return Problem(
        f"{name}: out of range", low | high, lambda i: f"{name}: {numbers[i]:.15g} is out of range; {allowed}"
    )


def _out_of_time(name: str, column: Column, found: NDArray[np.datetime64], timezone: str) -> Problem:
    outside = np.zeros(len(found), dtype=bool)
    for limit, beyond in ((column.earliest, np.less), (column.latest, np.greater)):
        if limit is not None:
            outside |= beyond(found, moments.instant(limit, timezone))
    ends = ["any" if limit is None else f"{limit:%Y-%m-%d}" for limit in (column.earliest, column.latest)]
    return Problem(
        f"{name}: out of range",
        outside,
        lambda i: f"{name}: {found[i].astype('datetime64[s]')} is out of range; allowed is {ends[0]} to {ends[1]}",
    )


def _unseen(name: str, column: Column, texts: NDArray[np.object_]) -> Problem:
    if column.categories is None or column.unseen == "bucket":
        foreign = np.zeros(len(texts), dtype=bool)
    else:
        known = {*column.categories, None}
        foreign = np.array([text not in known for text in texts], dtype=bool)
    allowed = ", ".join(column.categories or ())
    return Problem(
        f"{name}: not an allowed category", foreign, lambda i: f"{name}: {texts[i]!r:.60} is not one of {allowed}"
    )
