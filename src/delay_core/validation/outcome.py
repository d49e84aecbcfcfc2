"""What became of each shipment, and when that was on record."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from delay_core.schema import ShipmentSchema
from delay_core.validation.column_check import Canonical
from delay_core.validation.moments import instant

NEVER = np.datetime64("NaT", "us")


def outcomes(
    schema: ShipmentSchema, canonical: Mapping[str, Canonical]
) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
    """Late [rows]: 1, 0, or NaN while nobody knows; and since when it is known [rows], UTC, NaT where it is not.

    Two dates tell it at the promised one with its tolerance, whatever comes then: a shipment that arrived early
    counts no sooner than its neighbours that did not arrive. Taking it at its arrival would make the newest rows of a
    table look punctual.
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
        late, deadline = _by_dates(schema, canonical, snapshot)
        known_at = np.maximum(point, deadline) + np.timedelta64(label.known_after)
    return late, np.where(np.isnan(late), NEVER, known_at)


def _by_dates(
    schema: ShipmentSchema, canonical: Mapping[str, Canonical], snapshot: np.datetime64 | None
) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
    label = schema.label
    promised = canonical[str(label.promised)].astype("datetime64[us]")
    deadline = (promised + np.timedelta64(label.tolerance)).astype("datetime64[us]")
    actual = canonical[str(label.actual)].astype("datetime64[us]")
    if snapshot is not None:
        actual = np.where(actual > snapshot, NEVER, actual)
    late = np.where(np.isnat(actual) | np.isnat(deadline), np.nan, (actual > deadline).astype(np.float64))
    if snapshot is not None and label.overdue == "late":
        late = np.where(np.isnat(actual) & (deadline <= snapshot), 1.0, late)
    return late, deadline
