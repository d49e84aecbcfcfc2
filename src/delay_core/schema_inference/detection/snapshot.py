"""The snapshot: the time at which the table was taken, seen where outcomes stop."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from delay_core.schema_inference.detection.label import LabelCandidate
from delay_core.schema_inference.detection.row_rules import ExclusionCandidate
from delay_core.schema_inference.detection.timestamps import PredictionPointCandidate
from delay_core.schema_inference.profiling.date_formats import Timestamps
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import Mask, format_share

_MIN_OPEN_ROWS = 3
_MAX_EARLY_OPEN_SHARE = 0.02
"""The share of open shipments in the first part of the table, if outcomes stop only at its end."""
_EARLY_PART = 0.6
_MIN_LAST_SHARE = 0.7
"""The share of open shipments that are among the last rows, twice as many as there are open shipments."""


@dataclass(frozen=True)
class SnapshotCandidate:
    """The moment of the last outcome, as the schema writes it; None if outcomes do not stop at the end of the table."""

    moment: str | None
    evidence: str = ""


def find_snapshot(
    table: TableProfile,
    point: PredictionPointCandidate,
    label: LabelCandidate,
    exclusions: Sequence[ExclusionCandidate],
) -> SnapshotCandidate:
    """The last outcome, if the newest shipments have none; `evidence` alone if others have none either."""
    if point.column is None or not label.columns:
        return SnapshotCandidate(None)
    times = table.columns[point.column].row_timestamps
    outcome_times = table.columns[label.actual].row_timestamps if label.actual is not None else times
    used = ~np.isnat(times) & ~_excluded(table, exclusions)
    is_open = used & (np.isnan(label.outcome) if label.actual is None else np.isnat(outcome_times))
    known = used & ~np.isnan(label.outcome)
    if is_open.sum() < _MIN_OPEN_ROWS or not known.any():
        return SnapshotCandidate(None)
    in_order = is_open[used][np.argsort(times[used], kind="stable")]
    rows, last = int(is_open.sum()), int(in_order[-2 * int(is_open.sum()) :].sum())
    early_share = float(in_order[: int(_EARLY_PART * len(in_order))].mean()) if len(in_order) > 1 else 1.0
    if early_share > _MAX_EARLY_OPEN_SHARE or last < _MIN_LAST_SHARE * rows:
        missing = f"{format_share(rows / int(used.sum()))} of rows have no outcome, all over the table"
        return SnapshotCandidate(None, f"{missing}: is it unknown for another reason than that they are under way?")
    moment = _format(outcome_times[known])
    return SnapshotCandidate(moment, f"the last outcome; {last:,} of {rows:,} rows without one are among the last rows")


def _excluded(table: TableProfile, exclusions: Sequence[ExclusionCandidate]) -> Mask:
    excluded = np.zeros(table.rows, dtype=bool)
    for exclusion in exclusions:
        values = table.columns[exclusion.column].values
        is_equal = np.array([text in exclusion.equals for text in values.texts], dtype=bool)
        excluded |= values.broadcast_to_rows(is_equal, fill=False)
    return excluded


def _format(timestamps: Timestamps) -> str:
    """The last of them: a day if all are days, else the minute that ends after it."""
    last = timestamps.max()
    if (timestamps == timestamps.astype("datetime64[D]")).all():
        return str(last.astype("datetime64[D]"))
    minute = last.astype("datetime64[m]")
    return str(minute if minute == last else minute + np.timedelta64(1, "m"))
