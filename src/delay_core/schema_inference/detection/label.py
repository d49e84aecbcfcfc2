"""The label: a column that says late or on time, or the comparison of two dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.timestamps import TimestampMeaning, classify_header
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.date_formats import Timestamps
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import format_share
from delay_core.schema_inference.vocabulary import normalize

Outcome = NDArray[np.float64]
"""[rows]: 1 late, 0 on time, NaN unknown."""

_MAX_LABEL_VALUES = 8
_MIN_COMPARABLE_SHARE = 0.3
"""Two dates make a label if at least this share of rows has both."""
_MIN_EQUAL_SHARE = 0.995
"""A column repeats the comparison of two dates if at least this share of rows agrees."""


@dataclass(frozen=True)
class LabelColumn:
    """A column that says late or on time.

    `late`, `on_time`: its values that mean so, empty if they are 1 and 0; `other_values`: those that mean neither.
    `rank`: the least is the likeliest label.
    """

    column: str
    late: tuple[str, ...]
    on_time: tuple[str, ...]
    other_values: tuple[str, ...]
    outcome: Outcome
    evidence: str
    rank: tuple[int, int]


@dataclass(frozen=True)
class LabelCandidate:
    """`label_column`, or `actual` and `promised`, or none of them.

    `related_columns`: column → evidence that it is another label, or repeats this one.
    """

    outcome: Outcome
    evidence: tuple[str, ...]
    label_column: LabelColumn | None = None
    actual: str | None = None
    promised: str | None = None
    whole_days: bool = False
    related_columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the outcome is computed from."""
        names = (self.label_column.column if self.label_column else None, self.actual, self.promised)
        return tuple(name for name in names if name is not None)

    @property
    def late_rate(self) -> float:
        """The share of late rows among those with an outcome."""
        return float(np.nanmean(self.outcome))


def choose_label(table: TableProfile) -> LabelCandidate:
    """The likeliest label. If a column only repeats two dates, the dates: they say when the outcome was known."""
    detected = (detect_label_column(column) for column in table.columns.values())
    label_columns = sorted((column for column in detected if column is not None), key=lambda column: column.rank)
    dates = _choose_dates(table)
    if not label_columns:
        unknown = np.full(table.rows, np.nan)
        return dates or LabelCandidate(unknown, ("no column or pair of dates shows delays",))
    best = label_columns[0]
    related = {
        other.column: "also marks late rows: equal to the label in "
        f"{format_share(_agreement(other.outcome, best.outcome))} of rows"
        for other in label_columns[1:]
    }
    if dates is None:
        return LabelCandidate(best.outcome, (best.evidence,), best, related_columns=related)
    agreement = _agreement(best.outcome, dates.outcome)
    if agreement >= _MIN_EQUAL_SHARE:
        evidence = f"says the same as the label's two dates in {format_share(agreement)} of rows: it is the outcome"
        return replace(dates, related_columns={best.column: evidence, **related})
    alternative = f"or two dates: {dates.actual} after {dates.promised}; the same in {format_share(agreement)} of rows"
    return LabelCandidate(best.outcome, (best.evidence, alternative), best, related_columns=related)


def says_late(value: str) -> bool | None:
    """Whether a value means late (True) or on time (False); None if it has other words too."""
    late, on_time = vocabulary.LATE.first_match(value), vocabulary.ON_TIME.first_match(value)
    rest = value
    for words in (vocabulary.LATE, vocabulary.ON_TIME, vocabulary.NEGATION, vocabulary.FILLER):
        rest = words.remove_from(rest)
    if bool(late) == bool(on_time) or rest:
        return None
    return bool(late) != bool(vocabulary.NEGATION.first_match(value))


def detect_label_column(column: ColumnProfile) -> LabelColumn | None:
    """The column as a label, if its header or its values say late or on time."""
    if column.kind not in ("numeric", "text") or not 2 <= column.distinct <= _MAX_LABEL_VALUES:
        return None
    late, on_time = vocabulary.LATE.first_match(column.name), vocabulary.ON_TIME.first_match(column.name)
    in_header = bool(late) != bool(on_time) and not vocabulary.HISTORICAL.first_match(column.name)
    two_valued = column.distinct == 2
    texts = [text for text, _ in column.texts]
    meanings = [says_late(text) for text in texts]
    if not (True in meanings and False in meanings):
        truth = [_parse_boolean(text) for text in texts]
        if not in_header or not two_valued or set(truth) != {True, False}:
            return None
        meanings = [value == bool(late) for value in truth]
    outcome = np.full(len(column.present), np.nan)
    outcome[np.flatnonzero(column.present)] = [np.nan if meaning is None else float(meaning) for meaning in meanings]
    by_meaning = {
        which: tuple(text for text, meaning in zip(texts, meanings, strict=True) if meaning is which)
        for which in (True, False, None)
    }
    is_zero_or_one = bool(late) and column.kind == "numeric"
    evidence = f"header mentions being {'late' if late else 'on time'}" if in_header else "values say late and on time"
    other_words = (vocabulary.LATE if late else vocabulary.ON_TIME).remove_from(column.name).split()
    return LabelColumn(
        column.name,
        late=() if is_zero_or_one else by_meaning[True],
        on_time=() if is_zero_or_one else by_meaning[False],
        other_values=by_meaning[None],
        outcome=column.values.broadcast_to_rows(outcome, np.nan),
        evidence=evidence,
        rank=(0 if in_header and two_valued else 1 if two_valued else 2, len(other_words)),
    )


def _parse_boolean(text: str) -> bool | None:
    text = text.removesuffix(".0")
    if vocabulary.TRUE.matches_all(text):
        return True
    return False if vocabulary.FALSE.matches_all(text) else None


def _agreement(one: Outcome, other: Outcome) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    return float((one[both] == other[both]).mean()) if both.any() else 0.0


def _choose_dates(table: TableProfile) -> LabelCandidate | None:
    columns = [column for column in table.columns.values() if column.dates is not None and column.distinct > 1]
    promises = [column for column in columns if classify_header(column.name) is TimestampMeaning.PROMISED]
    arrivals = [column for column in columns if classify_header(column.name).is_outcome]
    pairs = [(actual, promised) for actual in arrivals for promised in promises]
    for actual, promised in sorted(pairs, key=lambda pair: (-_pair_score(*pair), pair[0].name, pair[1].name)):
        candidate = _compare_dates(actual, promised)
        if candidate is not None:
            return candidate
    return None


def _pair_score(actual: ColumnProfile, promised: ColumnProfile) -> float:
    """How well two dates match: the meaning of the first, common words, and whether both date the delivery."""
    meaning = {TimestampMeaning.ARRIVED: 3.0, TimestampMeaning.DELIVERY: 2.0, TimestampMeaning.RECORDED: 0.0}
    words = set(normalize(actual.name).split()) & set(normalize(promised.name).split())
    common = len(words - {"date", "at", "time", "order"})
    delivery = bool(vocabulary.DELIVERY.first_match(promised.name) or vocabulary.ARRIVED.first_match(promised.name))
    dispatch = bool(vocabulary.DISPATCHED.first_match(promised.name)) and not delivery
    return meaning[classify_header(actual.name)] + 0.5 * min(common, 2) + delivery - 2 * dispatch


def _compare_dates(actual: ColumnProfile, promised: ColumnProfile) -> LabelCandidate | None:
    arrival, promise = actual.row_timestamps, promised.row_timestamps
    both = ~np.isnat(arrival) & ~np.isnat(promise)
    if both.mean() < _MIN_COMPARABLE_SHARE:
        return None
    whole_days = _share_at_midnight(promise[both]) > 0.99 and _share_at_midnight(arrival[both]) < 0.5
    deadline = promise + np.timedelta64(1, "D") if whole_days else promise
    outcome = np.where(both, (arrival > deadline).astype(np.float64), np.nan)
    if np.nanmin(outcome) == np.nanmax(outcome):
        return None
    evidence = f"both dates exist in {format_share(both.mean())} of rows"
    return LabelCandidate(outcome, (evidence,), None, actual.name, promised.name, whole_days)


def _share_at_midnight(timestamps: Timestamps) -> float:
    return float((timestamps == timestamps.astype("datetime64[D]")).mean())
