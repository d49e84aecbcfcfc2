"""Whether each shipment was late, and since when that is known."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from delay_core.parsing import NO_TIME, Canonical, instant
from delay_core.schema import ShipmentSchema


def label_outcomes(
    schema: ShipmentSchema, canonical: Mapping[str, Canonical]
) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
    """Late [rows]: 1, 0, or NaN while it is unknown; and since when it is known [rows], UTC, NaT while it is unknown.

    A label by two dates is known at the promised date plus its tolerance, even for a shipment that arrives earlier: an
    early arrival counts no sooner than the shipments beside it that have not arrived. If it counted at its arrival,
    the newest rows of a table would look punctual.
    """
    label = schema.label
    point = canonical[schema.prediction_point.column].astype("datetime64[us]")
    snapshot = instant(schema.snapshot, schema.source.timezone) if schema.snapshot else None
    if label.column is not None:
        late = canonical[label.column].astype(np.float64)
        known_at = point + np.timedelta64(label.known_after)
        if snapshot is not None:
            late = np.where(known_at > snapshot, np.nan, late)
    else:
        late, deadline = _compare_dates(schema, canonical, snapshot)
        known_at = np.maximum(point, deadline) + np.timedelta64(label.known_after)
    return late, np.where(np.isnan(late), NO_TIME, known_at)


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
