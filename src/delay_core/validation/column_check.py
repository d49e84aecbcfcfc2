"""One column of a chunk against its description: canonical values, and which rows break which rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.schema import Column, ShipmentSchema
from delay_core.validation import number_format, parse, sentinels, timestamps
from delay_core.violations import ViolationCode, shown_value

Canonical = NDArray[np.float64] | NDArray[np.datetime64] | NDArray[np.object_]
"""Numbers and labels: float64 with NaN; timestamps: UTC datetime64[us] with NaT; texts: str or None."""
Params = Callable[[int], Mapping[str, Any]]
"""The position of a row → the parameters of its violation."""


@dataclass(frozen=True)
class BrokenRule:
    """The rows [rows] of a column that break one rule. Parameters are made only for rows that are reported."""

    code: ViolationCode
    rows: parse.Mask
    params: Params


@dataclass(frozen=True)
class ColumnResult:
    """A column's canonical values [rows], its broken rules, and the reasons [rows] that sentinels give for missing
    values.
    """

    canonical: Canonical
    broken_rules: list[BrokenRule] = field(default_factory=list)
    missing_reasons: NDArray[np.object_] | None = None


def check_column(schema: ShipmentSchema, name: str, values: parse.Values, *, required: bool) -> ColumnResult:
    """The column's values [rows], checked by its role. Only rules that at least one row breaks are returned.

    A required column must have a value in every row.
    """
    absent = parse.missing(values, schema.null_tokens(name))
    result = _CHECKS.get(schema.columns[name].role, _check_text)(schema, name, values, absent)
    if result.missing_reasons is not None:
        absent = absent | np.asarray(pd.notna(result.missing_reasons))
    missing = BrokenRule(ViolationCode.MISSING, absent & required, lambda _: {})
    broken = [rule for rule in (missing, *result.broken_rules) if rule.rows.any()]
    return ColumnResult(result.canonical, broken, result.missing_reasons)


def _check_number(schema: ShipmentSchema, name: str, values: parse.Values, absent: parse.Mask) -> ColumnResult:
    column = schema.columns[name]

    def read(tokens: parse.Values) -> NDArray[np.float64]:
        plain = number_format.to_plain(tokens, schema.source, column.strip)
        return parse.numbers(plain, np.zeros(len(tokens), dtype=bool))[0]

    numbers, unreadable = parse.numbers(number_format.to_plain(values, schema.source, column.strip), absent)
    reasons = sentinels.missing_reasons(column.sentinels, values, unreadable, numbers, read)
    if reasons is not None:
        is_sentinel = pd.notna(reasons)
        numbers, unreadable = np.where(is_sentinel, np.nan, numbers), unreadable & ~is_sentinel
    rules = [_unreadable(ViolationCode.NOT_A_NUMBER, values, unreadable), _number_range(column, numbers)]
    return ColumnResult(numbers, rules, reasons)


def _check_timestamp(schema: ShipmentSchema, name: str, values: parse.Values, absent: parse.Mask) -> ColumnResult:
    column, form = schema.columns[name], schema.source

    def read(tokens: parse.Values) -> NDArray[np.datetime64]:
        formats = (*form.date_formats, "ISO8601")
        return timestamps.parse_times(tokens, np.zeros(len(tokens), dtype=bool), formats, form.timezone)[0]

    times, unreadable = timestamps.parse_times(values, absent, form.date_formats, form.timezone)
    reasons = sentinels.missing_reasons(column.sentinels, values, unreadable, times, read)
    if reasons is not None:
        is_sentinel = pd.notna(reasons)
        times, unreadable = np.where(is_sentinel, timestamps.NO_TIME, times), unreadable & ~is_sentinel
    rules = [
        _unreadable(ViolationCode.NOT_A_DATE, values, unreadable, formats=form.date_formats),
        _time_range(column, times, form.timezone),
    ]
    return ColumnResult(times, rules, reasons)


def _check_label(schema: ShipmentSchema, name: str, values: parse.Values, absent: parse.Mask) -> ColumnResult:  # noqa: ARG001 - every check has this signature
    label = schema.label
    if label.late:
        texts, _ = parse.texts(values, absent)
        late, on_time = np.isin(texts, label.late), np.isin(texts, label.on_time)
        canonical = np.where(late, 1.0, np.where(on_time, 0.0, np.nan))
        unreadable = ~absent & ~late & ~on_time
    else:
        canonical, unreadable = parse.numbers(values, absent)
        unreadable |= ~absent & ~np.isin(canonical, (0.0, 1.0))
    rule = _unreadable(ViolationCode.NOT_A_LABEL, values, unreadable, late=label.late, on_time=label.on_time)
    return ColumnResult(canonical, [rule])


def _check_text(schema: ShipmentSchema, name: str, values: parse.Values, absent: parse.Mask) -> ColumnResult:
    texts, unreadable = parse.texts(values, absent)
    rules = [_unreadable(ViolationCode.NOT_TEXT, values, unreadable), *_categories(schema.columns[name], texts)]
    return ColumnResult(texts, rules)


_CHECKS = {"numeric": _check_number, "timestamp": _check_timestamp, "label": _check_label}


def _unreadable(code: ViolationCode, values: parse.Values, unreadable: parse.Mask, **params: object) -> BrokenRule:
    return BrokenRule(code, unreadable, lambda row: {"value": shown_value(values[row]), **params})


def _number_range(column: Column, numbers: NDArray[np.float64]) -> BrokenRule:
    low = numbers < (-np.inf if column.minimum is None else column.minimum)
    high = numbers > (np.inf if column.maximum is None else column.maximum)
    limits = {"minimum": column.minimum, "maximum": column.maximum, "unit": column.unit}
    return BrokenRule(ViolationCode.OUT_OF_RANGE, low | high, lambda row: {"value": float(numbers[row]), **limits})


def _time_range(column: Column, times: NDArray[np.datetime64], timezone: str) -> BrokenRule:
    outside = np.zeros(len(times), dtype=bool)
    for limit, is_outside in ((column.earliest, np.less), (column.latest, np.greater)):
        if limit is not None:
            outside |= is_outside(times, timestamps.instant(limit, timezone))
    limits = {
        name: None if limit is None else f"{limit:%Y-%m-%d}"
        for name, limit in (("minimum", column.earliest), ("maximum", column.latest))
    }
    return BrokenRule(
        ViolationCode.OUT_OF_RANGE, outside, lambda row: {"value": str(times[row].astype("datetime64[s]")), **limits}
    )


def _categories(column: Column, texts: NDArray[np.object_]) -> Iterator[BrokenRule]:
    if column.categories is None or column.unseen == "bucket":
        return
    allowed = {*column.categories, None}
    unknown = np.array([text not in allowed for text in texts], dtype=bool)
    params = {"allowed": column.categories}
    yield BrokenRule(ViolationCode.UNKNOWN_CATEGORY, unknown, lambda row: {"value": shown_value(texts[row]), **params})
