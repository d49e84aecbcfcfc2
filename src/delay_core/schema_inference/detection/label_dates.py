"""Labels by two dates: the actual one and the promised one, in any wording."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.label_columns import Outcome
from delay_core.schema_inference.detection.timestamps import TimestampMeaning, classify_header
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.date_formats import Timestamps
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import format_share
from delay_core.schema_inference.vocabulary import normalize

_MIN_COMPARABLE_SHARE = 0.3
"""Two dates make a label if at least this share of rows has both."""
_ACTUAL_SCORES = {
    TimestampMeaning.ARRIVED: 3.0,
    TimestampMeaning.DELIVERY: 2.0,
    TimestampMeaning.DISPATCHED: 1.0,
    TimestampMeaning.RECORDED: 0.0,
}
"""The meanings that an actual date may have, and how well each suits."""


class Event(Enum):
    """What a date is about, if its header says it."""

    DEPARTURE = "the departure"
    ARRIVAL = "the arrival"


@dataclass(frozen=True)
class DatePair:
    """The actual date, and the promised one; `whole_days` if the promise is a day and the actual date has a time."""

    actual: str
    promised: str
    whole_days: bool
    outcome: Outcome
    evidence: str


def choose_dates(table: TableProfile) -> DatePair | None:
    """The two dates that match best, if both exist in enough rows and some shipments are late."""
    columns = [column for column in table.columns.values() if column.dates is not None and column.distinct > 1]
    promises = [column for column in columns if classify_header(column.name) is TimestampMeaning.PROMISED]
    actuals = [column for column in columns if classify_header(column.name) in _ACTUAL_SCORES]
    pairs = [(actual, promised) for actual in actuals for promised in promises if _can_match(actual, promised)]
    for actual, promised in sorted(pairs, key=lambda pair: (-_pair_score(*pair), pair[0].name, pair[1].name)):
        candidate = _compare_dates(actual, promised)
        if candidate is not None:
            return candidate
    return None


def event_of(header: str) -> Event | None:
    """The event that a header names; an arrival if it names both, as in `shipment delivered`."""
    if any(words.first_match(header) for words in _ARRIVAL_WORDS) and not vocabulary.CARRIER.first_match(header):
        return Event.ARRIVAL
    return Event.DEPARTURE if vocabulary.DISPATCHED.first_match(header) else None


_ARRIVAL_WORDS = (vocabulary.DELIVERY, vocabulary.ARRIVED, vocabulary.ARRIVAL_TIMES)


def _can_match(actual: ColumnProfile, promised: ColumnProfile) -> bool:
    """Whether the two may date the same event; a departure never answers the promise of an arrival."""
    is_departure = classify_header(actual.name) is TimestampMeaning.DISPATCHED
    return not is_departure or event_of(promised.name) is not Event.ARRIVAL


def _pair_score(actual: ColumnProfile, promised: ColumnProfile) -> float:
    """How well two dates match: the meaning of the first, common words, and whether both date the same event."""
    words = set(normalize(actual.name).split()) & set(normalize(promised.name).split())
    common = len(words - {"date", "at", "time", "order"})
    event, promised_event = event_of(actual.name), event_of(promised.name)
    same_event = 1.0 if promised_event in (event, Event.ARRIVAL) else 0.0
    contradiction = 2.0 if promised_event is Event.DEPARTURE and event is not Event.DEPARTURE else 0.0
    return _ACTUAL_SCORES[classify_header(actual.name)] + 0.5 * min(common, 2) + same_event - contradiction


def _compare_dates(actual: ColumnProfile, promised: ColumnProfile) -> DatePair | None:
    arrival, promise = actual.row_timestamps, promised.row_timestamps
    both = ~np.isnat(arrival) & ~np.isnat(promise)
    if not both.any() or both.mean() < _MIN_COMPARABLE_SHARE:
        return None
    whole_days = _share_at_midnight(promise[both]) > 0.99 and _share_at_midnight(arrival[both]) < 0.5
    deadline = promise + np.timedelta64(1, "D") if whole_days else promise
    outcome = np.where(both, (arrival > deadline).astype(np.float64), np.nan)
    if np.nanmin(outcome) == np.nanmax(outcome):
        return None
    evidence = f"both dates exist in {format_share(both.mean())} of rows"
    if classify_header(actual.name) is TimestampMeaning.DISPATCHED:
        evidence += "; they date the departure: is there a date of the arrival?"
    return DatePair(actual.name, promised.name, whole_days, outcome, evidence)


def _share_at_midnight(timestamps: Timestamps) -> float:
    return float((timestamps == timestamps.astype("datetime64[D]")).mean())
