"""What the timestamps of a table mean, and which of them is the prediction point."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from delay_core.schema import Stage
from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.table_profile import TableProfile

_MAX_GAPS, _MAX_GAPS_OF_THE_BEST = 0.05, 0.3
"""The share of rows that may lack the prediction point; the second, if no timestamp meets the first."""
_MAX_GAPS_BEFORE_PENALTY = 0.005
_MAX_ALTERNATIVES = 3
_MAX_SHARE_AFTER_OUTCOME = 0.2
"""The share of rows whose prediction point may be later than the outcome."""


class TimestampMeaning(StrEnum):
    """What a timestamp dates, as evidence in words."""

    ORDERED = "header mentions the order"
    DISPATCHED = "header mentions the dispatch"
    PROMISED = "header mentions a promise"
    IN_TRANSIT = "header mentions the way"
    DELIVERY = "header mentions the delivery"
    ARRIVED = "header mentions the arrival"
    RECORDED = "header mentions recording"
    UNKNOWN = "the header does not name the event"

    @property
    def is_outcome(self) -> bool:
        """Whether it is known only once the shipment has arrived."""
        return self in (TimestampMeaning.DELIVERY, TimestampMeaning.ARRIVED, TimestampMeaning.RECORDED)


_PREFERENCE = {
    TimestampMeaning.ORDERED: 0,
    TimestampMeaning.DISPATCHED: 1,
    TimestampMeaning.UNKNOWN: 2,
    TimestampMeaning.PROMISED: 3,
}
"""The meanings that a prediction point may have, the best first."""
_PLANNED_DEPARTURE = 0.5
"""After the order and before the dispatch: at the planned departure there is still time to act."""


@dataclass(frozen=True)
class PredictionPointCandidate:
    """The prediction point; `column` is None if no timestamp is suitable."""

    column: str | None
    stage: Stage
    evidence: str
    alternatives: tuple[str, ...] = ()


def classify_header(header: str) -> TimestampMeaning:
    """The meaning of a timestamp by its header."""
    return next(meaning for meaning, applies in _rules(header) if applies)


def _rules(header: str) -> Iterator[tuple[TimestampMeaning, bool]]:
    """The meanings in order of certainty, and whether the header has one."""
    ordered = vocabulary.ORDERED.first_match(header)
    arrived = bool(vocabulary.ARRIVED.first_match(header))
    dispatched = bool(vocabulary.DISPATCHED.first_match(header))
    delivery = bool(vocabulary.DELIVERY.first_match(header))
    actual = bool(vocabulary.ACTUAL.first_match(header))
    yield TimestampMeaning.PROMISED, bool(vocabulary.PROMISED.first_match(header)) and not actual
    yield TimestampMeaning.RECORDED, bool(vocabulary.RECORDED.first_match(header)) and not ordered
    yield TimestampMeaning.DISPATCHED, arrived and bool(vocabulary.CARRIER.first_match(header))  # at the carrier
    yield TimestampMeaning.ARRIVED, arrived
    yield TimestampMeaning.DISPATCHED, actual and dispatched and not delivery
    yield TimestampMeaning.ARRIVED, actual
    yield TimestampMeaning.IN_TRANSIT, bool(vocabulary.IN_TRANSIT.first_match(header))
    yield TimestampMeaning.ORDERED, ordered not in ("", "order", "orders")
    yield TimestampMeaning.DISPATCHED, dispatched
    yield TimestampMeaning.DELIVERY, delivery
    yield TimestampMeaning.ORDERED, bool(ordered)
    yield TimestampMeaning.UNKNOWN, True


def choose_prediction_point(table: TableProfile, actual: str | None) -> PredictionPointCandidate:
    """A complete timestamp that is not an outcome; the best meaning first, then the earliest.

    `actual` is the date of the outcome, if the label has one: no prediction is made at it, or mostly after it.
    """
    outcome = table.columns[actual] if actual is not None else None
    candidates = [
        column
        for column in table.columns.values()
        if column.distinct > 1
        and column.dates is not None
        and classify_header(column.name) in _PREFERENCE
        and (outcome is None or _precedes(column, outcome))
    ]
    ranked = sorted((column for column in candidates if _missing_share(column) <= _MAX_GAPS), key=_rank)
    if not ranked:
        nearly = (column for column in candidates if _missing_share(column) <= _MAX_GAPS_OF_THE_BEST)
        ranked = sorted(nearly, key=_missing_share)
    if not ranked:
        reason = "no timestamp is complete and known before the delivery"
        return PredictionPointCandidate(None, Stage.ORDER, reason)
    best = ranked[0]
    meaning = classify_header(best.name)
    stage = Stage.DISPATCH if meaning is TimestampMeaning.DISPATCHED else Stage.ORDER
    missing = round(_missing_share(best) * best.values.rows)
    completeness = f"{missing:,} rows lack it and would be quarantined" if missing else "complete"
    alternatives = tuple(column.name for column in ranked[1 : 1 + _MAX_ALTERNATIVES])
    return PredictionPointCandidate(best.name, stage, f"{meaning}; {completeness}", alternatives)


def _missing_share(column: ColumnProfile) -> float:
    return 1 - column.present_rows / max(column.values.rows, 1)


def _precedes(column: ColumnProfile, outcome: ColumnProfile) -> bool:
    if column is outcome:
        return False
    if classify_header(column.name) is TimestampMeaning.PROMISED:
        return True
    return share_later(column, outcome) <= _MAX_SHARE_AFTER_OUTCOME


def share_later(column: ColumnProfile, other: ColumnProfile) -> float:
    """The share of rows, among those with both, in which the first timestamp is later than the second."""
    both = ~np.isnat(column.row_timestamps) & ~np.isnat(other.row_timestamps)
    later = column.row_timestamps[both] > other.row_timestamps[both]
    return float(later.mean()) if both.any() else 0.0


def _rank(column: ColumnProfile) -> tuple[float, bool, bool, np.int64]:
    meaning = classify_header(column.name)
    is_planned_departure = meaning is TimestampMeaning.PROMISED and bool(vocabulary.DISPATCHED.first_match(column.name))
    timestamps = column.row_timestamps[~np.isnat(column.row_timestamps)].astype(np.int64)
    return (
        _PLANNED_DEPARTURE if is_planned_departure else _PREFERENCE[meaning],
        not vocabulary.TIME_WORDS.first_match(column.name),
        _missing_share(column) > _MAX_GAPS_BEFORE_PENALTY,
        np.int64(np.median(timestamps)),
    )
