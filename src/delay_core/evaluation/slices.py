"""Slices: rows that share a value of a categorical column, and how two models compare on each of them.

A good figure over all rows hides the slices that a model serves badly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from delay_core.evaluation.bootstrap import bootstrap_counts
from delay_core.evaluation.comparison import BootstrapScorer, MetricEstimates
from delay_core.evaluation.estimate import Estimate
from delay_core.evaluation.intervals import Z_95, percentile_estimate
from delay_core.evaluation.metrics import log_losses
from delay_core.evaluation.slice_limits import MIN_SLICE_GROUPS, MIN_SLICE_ROWS
from delay_core.schema import ShipmentSchema

MAX_SLICES_PER_COLUMN = 20
"""The largest slices of a column are compared."""
MISSING = "(missing)"

Floats = NDArray[np.float64]


class SliceRows(NamedTuple):
    """The indices [rows of the slice] of the rows that have this value in this column."""

    column: str
    value: str
    rows: NDArray[np.int64]


class SliceResult(BaseModel):
    """Two models on the rows that share a value of a column.

    `estimates` are the model's; None where the rows hold one class only. `gain` is how much lower its log-loss is than
    the other model's, paired: the baseline's in a training, the champion's in the gate. In JSON these are `figures` and
    `gain_over_baseline`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )
    column: str
    value: str
    rows: int
    late: int
    mean_probability: float
    estimates: MetricEstimates | None = Field(alias="figures")
    gain: Estimate = Field(alias="gain_over_baseline")


def slice_columns(schema: ShipmentSchema) -> tuple[str, ...]:
    """The columns whose values make slices: the categorical features, without personal data."""
    return tuple(name for name, column in schema.features.items() if schema.role(name).is_sliced and not column.pii)


def iter_slices(columns: Mapping[str, NDArray[Any]], groups: NDArray[np.int64] | None = None) -> Iterator[SliceRows]:
    """The slices of canonical columns [rows] of str or None, column by column, the largest of each first.

    A slice has at least `MIN_SLICE_ROWS` rows, from at least `MIN_SLICE_GROUPS` groups where `groups` [rows] is given,
    and is not the whole table.
    """
    import pandas as pd  # noqa: PLC0415 - settings read the limits above without loading pandas

    for column, values in columns.items():
        codes, texts = pd.factorize(values)
        codes = np.where(codes < 0, len(texts), codes)
        names = [*map(str, texts), MISSING]
        sizes = np.bincount(codes, minlength=len(names))
        rows_by_code = np.split(np.argsort(codes, kind="stable"), np.cumsum(sizes)[:-1])
        largest_first = sorted(range(len(names)), key=lambda code: (-sizes[code], names[code]))
        large = (code for code in largest_first if MIN_SLICE_ROWS <= sizes[code] < len(codes))
        slices = (SliceRows(column, names[code], rows_by_code[code]) for code in large)
        supported = (rows for rows in slices if groups is None or len(np.unique(groups[rows.rows])) >= MIN_SLICE_GROUPS)
        yield from (rows for rows, _ in zip(supported, range(MAX_SLICES_PER_COLUMN), strict=False))


def compare_slices(
    columns: Mapping[str, NDArray[Any]],
    labels: NDArray[np.int8],
    model: Floats,
    other: Floats,
    seed: int,
    *,
    groups: NDArray[np.int64] | None = None,
) -> tuple[SliceResult, ...]:
    """Every slice by these canonical columns [rows], with the model's estimates and its gain over the other model.

    Labels [rows], probabilities of both models [rows], codes of groups of rows that depend on each other [rows].
    """
    results = []
    for column, value, index in iter_slices(columns, groups):
        rows = _PairedRows(labels[index], model[index], other[index], None if groups is None else groups[index])
        estimates, gain = _compare_rows(rows, seed)
        results.append(
            SliceResult(
                column=column,
                value=value,
                rows=len(index),
                late=int(rows.labels.sum()),
                mean_probability=round(float(rows.model.mean()), 6),
                estimates=estimates,
                gain=gain,
            )
        )
    return tuple(results)


@dataclass(frozen=True)
class _PairedRows:
    """The rows of one slice with the probabilities of both models; arrays [rows]."""

    labels: NDArray[np.int8]
    model: Floats
    other: Floats
    groups: NDArray[np.int64] | None

    def gains(self, labels: NDArray[np.int8]) -> Floats:
        """How much lower the model's log-loss is than the other's in each row [rows], for these labels [rows]."""
        return np.asarray(log_losses(labels, self.other) - log_losses(labels, self.model))


def _compare_rows(rows: _PairedRows, seed: int) -> tuple[MetricEstimates | None, Estimate]:
    """The model's estimates, where both classes are present, and its gain."""
    gains = rows.gains(rows.labels)
    both_classes = 0 < int(rows.labels.sum()) < len(rows.labels)
    scorer = BootstrapScorer(rows.labels, rows.model) if both_classes else None
    resampled_gains = []
    for counts in bootstrap_counts(rows.labels, rows.groups, seed):
        resampled_gains.append(np.einsum("ij,j->i", counts, gains) / counts.sum(axis=1))
        if scorer is not None:
            scorer.add(counts)
    gain = percentile_estimate(float(gains.mean()), np.concatenate(resampled_gains))
    return scorer.estimates() if scorer is not None else None, _widen(gain, _standard_error(rows))


def _standard_error(rows: _PairedRows) -> float:
    """The standard error of the mean gain if either model were right: the larger one in each row.

    A resample of fifty on-time shipments never shows a late one. It would call a loss significant that one late
    shipment refutes.
    """
    late = np.ones_like(rows.labels)
    loss_swing = rows.gains(late) - rows.gains(1 - late)
    variance = np.maximum(rows.model * (1 - rows.model), rows.other * (1 - rows.other))
    return float(np.sqrt((variance * loss_swing**2).sum())) / len(loss_swing)


def _widen(gain: Estimate, standard_error: float) -> Estimate:
    """The interval, or that of the standard error where it reaches further."""
    low = min(gain.low, gain.value - Z_95 * standard_error)
    high = max(gain.high, gain.value + Z_95 * standard_error)
    return Estimate(value=gain.value, low=round(low, 6), high=round(high, 6))
