"""Whether each shipment was late, and since when that is known."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from delay_core.data_interval import WHOLE_TABLE, DataInterval
from delay_core.parsing import NO_TIME, BrokenRule, Canonical, ColumnResult, instant
from delay_core.schema import Label, ShipmentSchema
from delay_core.validation.row_order import row_times
from delay_core.violations import ViolationCode

_NEITHER = {"open": np.nan, "late": 1.0, "on_time": 0.0}


def label_outcomes(
    schema: ShipmentSchema, canonical: Mapping[str, Canonical], interval: DataInterval = WHOLE_TABLE
) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
    """Late [rows]: 1, 0, or NaN while it is unknown; and since when it is known [rows], UTC, NaT while it is unknown.

    A label by two dates is known at the promised date plus its tolerance, even for a shipment that arrives earlier: an
    early arrival counts no sooner than the shipments beside it that have not arrived. If it counted at its arrival,
    the newest rows of a table would look punctual.
    """
    label = schema.label
    start = row_times(schema, canonical)
    snapshot = last_known_moment(schema, interval)
    if label.kind == "dates":
        late, deadline = _compare_dates(schema, canonical, snapshot)
        start = np.maximum(start, deadline)
    else:
        late = _read_columns(label, canonical)
    known_at = start + np.timedelta64(label.known_after)
    if label.kind != "dates" and snapshot is not None:
        late = np.where(known_at > snapshot, np.nan, late)
    return late, np.where(np.isnan(late), NO_TIME, known_at)


def last_known_moment(schema: ShipmentSchema, interval: DataInterval = WHOLE_TABLE) -> np.datetime64 | None:
    """The moment (UTC) after which no outcome is known: the schema's snapshot, or the earlier end of the interval."""
    snapshot = instant(schema.snapshot, schema.source.timezone) if schema.snapshot else None
    limits = [moment for moment in (snapshot, interval.end) if moment is not None]
    return min(limits, default=None)


def contradictions(label: Label, results: Mapping[str, ColumnResult]) -> Iterator[tuple[str, BrokenRule]]:
    """The rule that two columns mark no shipment both as late and as on time, and the column that it is about."""
    if label.late_column is not None and label.on_time_column is not None:
        both = (results[label.late_column].canonical == 1) & (results[label.on_time_column].canonical == 1)
        params = {"other": label.on_time_column}
        yield label.late_column, BrokenRule(ViolationCode.CONTRADICTORY_LABEL, both, lambda _: params)


def _read_columns(label: Label, canonical: Mapping[str, Canonical]) -> NDArray[np.float64]:
    """Late [rows], as the columns of a label that compares no dates say it."""
    if label.column is not None:
        return canonical[label.column].astype(np.float64)
    if label.delay is not None:
        delays = canonical[label.delay].astype(np.float64)
        return np.where(np.isnan(delays), np.nan, (delays > label.max_delay_on_time).astype(np.float64))
    late, on_time = (canonical[str(name)] == 1 for name in (label.late_column, label.on_time_column))
    return np.where(late, 1.0, np.where(on_time, 0.0, _NEITHER[label.neither]))


def _compare_dates(
    schema: ShipmentSchema, canonical: Mapping[str, Canonical], snapshot: np.datetime64 | None
) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
    """Late [rows], and the deadlines [rows] after which a shipment is late."""
    label = schema.label
    promised = canonical[str(label.promised)].astype("datetime64[us]")
    deadline = (promised + np.timedelta64(label.tolerance)).astype("datetime64[us]")
    actual = canonical[str(label.actual)].astype("datetime64[us]")
    if snapshot is not None:
        actual = np.where(actual > snapshot, NO_TIME, actual)
    late = np.where(np.isnat(actual) | np.isnat(deadline), np.nan, (actual > deadline).astype(np.float64))
    if snapshot is not None and label.overdue == "late":
        late = np.where(np.isnat(actual) & (deadline <= snapshot), 1.0, late)
    return late, deadline
