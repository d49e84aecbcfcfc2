"""The recent late rate: a baseline that follows the outcomes, where the historical late rate stays what it was."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.evaluation import log_losses
from delay_core.reports import RecentRate
from delay_core.schema import ShipmentSchema
from delay_core.training.datasets import RawDataset
from delay_core.transformers.outcome_history import join_keys
from delay_core.transformers.target_encoding import SMOOTHING_ROWS

WINDOWS = (50, 200, 1000)
"""How many of the latest outcomes a rate may be of."""

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def recent_late_rates(rate: RecentRate, rows: RawDataset, selected: Mask) -> Floats:
    """The recent late rate [selected rows] at the prediction point of each row in `selected` [rows].

    It is of the latest `rate.window` outcomes among all `rows` that were known before the prediction point. A key with
    few outcomes is drawn to the recent rate of all shipments, and this one to the rate of all outcomes until then.
    """
    nothing_shared = np.zeros(len(rows.labels), dtype=np.int64)
    known, late = _count_known(nothing_shared, rows, selected, None)
    late_rate = _smooth(*_count_known(nothing_shared, rows, selected, rate.window), (late + 0.5) / (known + 1))
    if rate.keys:
        codes = pd.factorize(join_keys(rows.columns, rate.keys))[0].astype(np.int64)
        late_rate = _smooth(*_count_known(codes, rows, selected, rate.window), late_rate)
    return late_rate


def select_recent_rate(schema: ShipmentSchema, rows: RawDataset, selected: Mask) -> RecentRate:
    """The window and the keys with the lowest log-loss on the rows in `selected` [rows]; of equal ones the first.

    The keys are those of the schema's late rates (`late_rate`), or none: the rate of all shipments.
    """
    labels = rows.labels[selected]
    return min(
        _choices(schema),
        key=lambda rate: float(log_losses(labels, recent_late_rates(rate, rows, selected)).mean().round(6)),
    )


def recent_rate_keys(schema: ShipmentSchema) -> tuple[str, ...]:
    """The columns that a recent late rate may be by."""
    return tuple(dict.fromkeys(name for rate in _choices(schema) for name in rate.keys))


def _choices(schema: ShipmentSchema) -> Iterator[RecentRate]:
    declared = [derived.columns for derived in schema.derived.values() if derived.kind == "late_rate"]
    for keys in dict.fromkeys([(), *declared]):
        for window in WINDOWS:
            yield RecentRate(window=window, keys=keys)


def _count_known(codes: Codes, rows: RawDataset, selected: Mask, window: int | None) -> tuple[Floats, Floats]:
    """Outcomes, and late ones among them, [selected rows] each, that were known before each prediction point.

    Only outcomes of rows with the same code [rows] count, and of these the latest `window`.
    """
    moments, moment = np.unique(rows.known_at, return_inverse=True)
    entry = codes * (len(moments) + 1) + moment
    order = np.argsort(entry, kind="stable")
    entries, late_sum = entry[order], np.concatenate(([0], np.cumsum(rows.labels[order], dtype=np.int64)))
    first = codes[selected] * (len(moments) + 1)
    end = np.searchsorted(entries, first + np.searchsorted(moments, rows.times[selected]))
    start = np.searchsorted(entries, first)
    if window is not None:
        start = np.maximum(start, end - window)
    return (end - start).astype(np.float64), (late_sum[end] - late_sum[start]).astype(np.float64)


def _smooth(known: Floats, late: Floats, prior: Floats) -> Floats:
    return np.asarray((late + SMOOTHING_ROWS * prior) / (known + SMOOTHING_ROWS))
