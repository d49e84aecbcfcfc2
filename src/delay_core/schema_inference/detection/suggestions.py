"""Candidates with evidence for a label or a prediction point that was not decided, the best two of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.label_columns import detect_delays, header_says_late
from delay_core.schema_inference.detection.timestamps import TimestampMeaning, classify_header, share_later
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import format_share
from delay_core.schema_inference.vocabulary import Vocabulary, normalize

_MAX_SUGGESTIONS = 2
_MAX_STATUS_VALUES = 20
_MIN_RARER_SHARE = 0.01
_MAX_FLAG_LENGTH = 5
"""Characters of the values of a flag: true and false, yes and no, G and R."""
_MIN_RISING_SHARE = 0.98
_MAX_NUMBERS_PER_ROW = 10
"""The numbers of a running number may have gaps: of so many in a row, at least one is in the table on average."""
_YEAR = Vocabulary("year yr jahr annee ano")
_MONTH = Vocabulary("month mth monat mois mes")
_DAY = Vocabulary("day dayofmonth day_of_month tag jour dia")

NO_LABEL = (
    "nothing in this table says late: look for a status or flag (late, on time), for an actual date beside a promised "
    "one, or for a delay in minutes or days; without one of them, join the outcome from the system that records it"
)
NO_TIME = (
    "nothing in this table is a date: look for the moment of the order, the booking or the dispatch; without a time, "
    "rows have no order in which to train and test, unless order_by names a whole number that increases with time"
)


@dataclass(frozen=True)
class Suggestion:
    """What a person may fill in, and the evidence; `score`: the greatest is the best."""

    score: float
    text: str


def suggest_labels(table: TableProfile) -> list[str]:
    """The best candidates for the label, or what to look for."""
    columns = [column for column in table.columns.values() if not column.is_personal and column.present_rows]
    suggestions = [
        *_delays(columns),
        *_durations(columns),
        *_statuses(columns),
        *_two_valued(columns),
        *_date_pairs(columns),
    ]
    return _best(suggestions) or [NO_LABEL]


def suggest_times(table: TableProfile) -> list[str]:
    """The best candidates for the prediction point, or what to look for."""
    columns = [column for column in table.columns.values() if not column.is_personal and column.present_rows]
    return _best([*_timestamps(columns), *_split_dates(columns), *_rising(columns)]) or [NO_TIME]


def _best(suggestions: list[Suggestion]) -> list[str]:
    ranked = sorted(suggestions, key=lambda suggestion: (-suggestion.score, suggestion.text))
    return [suggestion.text for suggestion in ranked[:_MAX_SUGGESTIONS]]


def _delays(columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    for delay in detect_delays(columns):
        if not delay.unit:
            above = format_share(float(np.nanmean(delay.outcome)))
            yield Suggestion(
                4.0,
                f"delay: {delay.column}: {delay.evidence}, {above} of them; not decided, because its header does not "
                "say the unit (seconds, minutes, hours, days)",
            )


def _durations(columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    """Numbers that say how long the delivery took: late is what takes longer than promised."""
    for column in columns:
        delivery = vocabulary.DELIVERY.first_match(column.name) or vocabulary.ARRIVED.first_match(column.name)
        if (
            column.kind == "numeric"
            and column.distinct > 2
            and delivery
            and vocabulary.DURATION.first_match(column.name)
        ):
            yield Suggestion(
                3.0,
                f"delay: {column.name}: a duration of the delivery; not decided, because no column says which duration "
                "was promised: give it as unit and tolerance",
            )


def _statuses(columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    """Columns whose values or header mention lateness or a status, but not both outcomes clearly."""
    for column in columns:
        if column.kind != "text" or not 3 <= column.distinct <= _MAX_STATUS_VALUES:
            continue
        late = sum(rows for text, rows in column.texts if vocabulary.LATE.first_match(text))
        status = vocabulary.STATUS.first_match(column.name) or vocabulary.LABEL.first_match(column.name)
        if late:
            evidence = f"values mention being late in {format_share(late / column.values.rows)} of rows"
            yield Suggestion(3.5, f"column: {column.name}: {evidence}; not decided, because none says on time")
        elif status or header_says_late(column.name) is not None:
            evidence = f"{column.distinct} values; not decided, because no value says late"
            yield Suggestion(2.0, f"column: {column.name}: header says {status or 'late'!r}, {evidence}")


def _two_valued(columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    for column in columns:
        if column.kind not in ("numeric", "text") or column.distinct != 2:
            continue
        (_, frequent), (rare_text, rare) = column.texts
        share = rare / (frequent + rare)
        if share < _MIN_RARER_SHARE:
            continue
        outcome = vocabulary.OUTCOME.first_match(column.name) or vocabulary.DELIVERY.first_match(column.name)
        is_code = {text.removesuffix(".0") for text, _ in column.texts} == {"0", "1"}
        if not (is_code or outcome or all(len(text) <= _MAX_FLAG_LENGTH for text, _ in column.texts)):
            continue
        value = rare_text if is_code else "the rarer one"
        evidence = f"two values, {value} in {format_share(share)} of rows"
        why = "not decided, because its header does not say which value is late"
        yield Suggestion(1.5 + bool(outcome) + 0.3 * is_code, f"column: {column.name}: {evidence}; {why}")


def _date_pairs(columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    """Two dates of which now the one, now the other is later."""
    dates = [column for column in columns if column.dates is not None and column.distinct > 1]
    for one, other in combinations(dates, 2):
        both = ~np.isnat(one.row_timestamps) & ~np.isnat(other.row_timestamps)
        later, earlier = share_later(one, other), share_later(other, one)
        if min(later, earlier) < _MIN_RARER_SHARE:
            continue
        promised_first = classify_header(one.name) is TimestampMeaning.PROMISED or _is_outcome(other)
        actual, promised, share = (other, one, earlier) if promised_first else (one, other, later)
        words = set(normalize(one.name).split()) & set(normalize(other.name).split())
        meanings = {classify_header(column.name) for column in (one, other)}
        named = TimestampMeaning.PROMISED in meanings or any(meaning.is_outcome for meaning in meanings)
        yield Suggestion(
            2.5 + named + 0.1 * len(words),
            f"actual: {actual.name}, promised: {promised.name}: later in {format_share(share)} of rows, both in "
            f"{format_share(float(both.mean()))}; not decided, because the headers do not say which is which",
        )


def _is_outcome(column: ColumnProfile) -> bool:
    return classify_header(column.name).is_outcome


def _timestamps(columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    for column in columns:
        if column.dates is None or column.distinct < 2:
            continue
        missing = 1 - column.present_rows / max(column.values.rows, 1)
        if _is_outcome(column):
            why = "its header says that it is known only after the arrival"
        elif missing > 0:
            why = f"{format_share(missing)} of rows lack it and would be quarantined"
        else:
            why = "it lies after the outcome in most rows"
        yield Suggestion(3.0 - missing - _is_outcome(column), f"{column.name}: a date; not decided, because {why}")


def _split_dates(columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    parts = [
        next((column.name for column in columns if column.kind != "timestamp" and words.matches_all(column.name)), "")
        for words in (_YEAR, _MONTH, _DAY)
    ]
    if parts[0] and parts[1]:
        names = ", ".join(filter(None, parts))
        what = "parts of one date; not decided, because split_dates needs year (four digits), month and day as numbers"
        yield Suggestion(2.5, f"{names}: {what}; write them so, or into one column, such as 2024-01-31")


def _rising(columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    for column in columns:
        if column.numbers is None or column.distinct < column.present_rows / 2 or column.present_rows < 3:
            continue
        numbers = column.row_numbers[~np.isnan(column.row_numbers)]
        rises = (np.diff(numbers) >= 0).mean() >= _MIN_RISING_SHARE
        is_whole = len(numbers) == len(column.row_numbers) and np.array_equal(numbers, np.round(numbers))
        is_running = is_whole and np.ptp(numbers) < _MAX_NUMBERS_PER_ROW * len(numbers)
        if is_running:
            evidence = "rises from row to row" if rises else "a running number"
            text = f"order_by: {column.name}: {evidence}; instead of a time, if it increases with time"
            yield Suggestion(1.0 if rises else 0.5, text)
        elif rises:
            yield Suggestion(1.0, f"{column.name}: rises from row to row; it shows the order of the rows, but no time")
