"""The result of checking a column: canonical values, and which rows break which rule."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.parsing.values import Mask, Values
from delay_core.violations import ViolationCode, format_value

Canonical = NDArray[np.float64] | NDArray[np.datetime64] | NDArray[np.object_]
"""Numbers and labels: float64 with NaN; timestamps: UTC datetime64[us] with NaT; texts: str or None."""
Params = Callable[[int], Mapping[str, Any]]
"""The position of a row → the parameters of its violation."""


@dataclass(frozen=True)
class BrokenRule:
    """The rows [rows] of a column that break one rule. Parameters are made only for rows that are reported."""

    code: ViolationCode
    rows: Mask
    params: Params


@dataclass(frozen=True)
class ColumnResult:
    """A column's canonical values [rows], its violations, and the reasons [rows] of sentinels for missing values."""

    canonical: Canonical
    broken_rules: list[BrokenRule] = field(default_factory=list)
    missing_reasons: NDArray[np.object_] | None = None

    def with_missing(self, absent: Mask, *, required: bool) -> Self:
        """The result, where a required value that is absent or has a reason breaks a rule; only rules with rows."""
        if self.missing_reasons is not None:
            absent = absent | np.asarray(pd.notna(self.missing_reasons))
        missing = BrokenRule(ViolationCode.MISSING, absent & required, lambda _: {})
        return replace(self, broken_rules=[rule for rule in (missing, *self.broken_rules) if rule.rows.any()])

    def with_uncomputed(self, rows: Collection[int]) -> Self:
        """The result, where the violations of missing values say that these rows have a formula without a value."""
        is_missing = [rule.code is ViolationCode.MISSING for rule in self.broken_rules]
        rules = [
            replace(rule, params=lambda row: {"formula": True} if row in rows else {}) if missing else rule
            for rule, missing in zip(self.broken_rules, is_missing, strict=True)
        ]
        return replace(self, broken_rules=rules)


def unreadable_rule(code: ViolationCode, values: Values, rows: Mask, **params: object) -> BrokenRule:
    """The rule that the values of `rows` break because they cannot be parsed."""
    return BrokenRule(code, rows, lambda row: {"value": format_value(values[row]), **params})
