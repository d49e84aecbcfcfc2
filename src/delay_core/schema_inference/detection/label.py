"""The label: what the table says about late and on time, by one of the definitions of the schema language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from delay_core.schema_inference.detection.label_columns import (
    DelayColumn,
    FlagPair,
    LabelColumn,
    Outcome,
    detect_delays,
    detect_flag_pair,
    detect_label_column,
)
from delay_core.schema_inference.detection.label_dates import DatePair, choose_dates
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import format_share

_MIN_EQUAL_SHARE = 0.995
"""A column repeats the comparison of two dates if at least this share of rows agrees."""

Definition = LabelColumn | FlagPair | DelayColumn | DatePair


@dataclass(frozen=True)
class LabelCandidate:
    """The definition of the label, None if nothing shows delays.

    `related_columns`: column → evidence that it is another label, or repeats this one.
    """

    outcome: Outcome
    evidence: tuple[str, ...]
    definition: Definition | None = None
    related_columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the outcome is computed from."""
        match self.definition:
            case LabelColumn() | DelayColumn():
                return (self.definition.column,)
            case FlagPair():
                return (self.definition.late_column, self.definition.on_time_column)
            case DatePair():
                return (self.definition.actual, self.definition.promised)
        return ()

    @property
    def outcome_columns(self) -> tuple[str, ...]:
        """Those of them that are known only with the outcome."""
        return self.columns[:1] if isinstance(self.definition, DatePair) else self.columns

    @property
    def role_columns(self) -> tuple[str, ...]:
        """Those of them that have the role `label`."""
        return self.columns if isinstance(self.definition, LabelColumn | FlagPair) else ()

    @property
    def actual(self) -> str | None:
        """The actual date, if the label is two dates."""
        return self.definition.actual if isinstance(self.definition, DatePair) else None

    @property
    def late_rate(self) -> float:
        """The share of late rows among those with an outcome."""
        return float(np.nanmean(self.outcome))


def choose_label(table: TableProfile) -> LabelCandidate:
    """The likeliest label. If columns only repeat two dates, the dates: they say when the outcome was known."""
    columns = list(table.columns.values())
    flags, dates = detect_flag_pair(columns), choose_dates(table)
    marks = (flags.late_column, flags.on_time_column) if flags is not None else ()
    detected = (detect_label_column(column) for column in columns if column.name not in marks)
    label_columns = sorted((column for column in detected if column is not None), key=lambda column: column.rank)
    delays = list(detect_delays(columns))
    stated: list[LabelColumn | FlagPair] = [*([flags] if flags is not None else []), *label_columns]
    with_unit = [delay for delay in delays if delay.unit]
    if not stated:
        chosen = dates or (with_unit[0] if with_unit else None)
        if chosen is None:
            return LabelCandidate(np.full(table.rows, np.nan), ("no column or pair of dates shows delays",))
        return LabelCandidate(chosen.outcome, (chosen.evidence,), chosen)
    best = stated[0]
    related = {
        name: "also marks late rows: equal to the label in "
        f"{format_share(_agreement(other.outcome, best.outcome))} of rows"
        for other in stated[1:]
        for name in _names(other)
    }
    if dates is None:
        return LabelCandidate(best.outcome, (best.evidence,), best, related)
    agreement = _agreement(best.outcome, dates.outcome)
    if agreement >= _MIN_EQUAL_SHARE:
        evidence = f"says the same as the label's two dates in {format_share(agreement)} of rows: it is the outcome"
        repeated = dict.fromkeys(_names(best), evidence)
        return LabelCandidate(dates.outcome, (dates.evidence,), dates, {**repeated, **related})
    alternative = f"or two dates: {dates.actual} after {dates.promised}; the same in {format_share(agreement)} of rows"
    return LabelCandidate(best.outcome, (best.evidence, alternative), best, related)


def _names(definition: LabelColumn | FlagPair) -> tuple[str, ...]:
    if isinstance(definition, FlagPair):
        return (definition.late_column, definition.on_time_column)
    return (definition.column,)


def _agreement(one: Outcome, other: Outcome) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    return float((one[both] == other[both]).mean()) if both.any() else 0.0
