"""From measured distances to the drift of a window: statuses, adjusted p-values, order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from delay_core.features import Columns
from delay_core.monitoring.drift.adjusted_p_values import adjust_p_values
from delay_core.monitoring.drift.distance import PREDICTION, ColumnDistance, WindowSample
from delay_core.monitoring.drift.missing import missing_values
from delay_core.monitoring.drift.policy import DriftPolicy
from delay_core.monitoring.drift.reference_columns import ReferenceColumns
from delay_core.monitoring.drift_result import ColumnDrift, ColumnStatus, DriftResult

MAX_NEW_CATEGORIES = 20
"""New categories that a result lists, the most frequent first."""


def judge_drift(
    reference: ReferenceColumns,
    window: WindowSample,
    problems: Mapping[str, ColumnStatus],
    distances: Sequence[ColumnDistance],
    policy: DriftPolicy,
) -> DriftResult:
    """The drift of a window with enough data.

    `problems` has the columns that were not compared. The number of tests depends on the reference only: a column that
    cannot be compared counts as one that has not moved.
    """
    adjusted = _adjusted(distances, _count_tests(reference), policy.alpha)
    rows = {name: _not_compared(name, status, reference, window) for name, status in problems.items()}
    for distance in distances:
        if distance.column == PREDICTION:
            continue
        shares = _shares(distance, reference, window)
        rows[distance.column] = _compared(distance, shares, adjusted[distance.column], policy)
    [of_prediction] = [distance for distance in distances if distance.column == PREDICTION]
    prediction = _compared(
        of_prediction, ColumnDrift(PREDICTION, ColumnStatus.STABLE, len(window)), adjusted[PREDICTION], policy
    )
    columns = tuple(sorted(rows.values(), key=lambda column: _order(column, policy)))
    compared = [column for column in columns if column.status in (ColumnStatus.STABLE, ColumnStatus.DRIFTED)]
    missing = [column.missing_share for column in columns if column.missing_share is not None]
    drifted = sum(column.status is ColumnStatus.DRIFTED for column in compared)
    return DriftResult(
        len(window),
        columns,
        prediction,
        drifted / len(compared) if compared else None,
        float(np.mean(missing)) if missing else None,
    )


def effect_limit(column: ColumnDrift, policy: DriftPolicy) -> float:
    """The effect from which on the values of the column have drifted, if a test is significant."""
    is_category = column.new_category_share is not None
    return policy.minimum_category_effect if is_category else policy.minimum_number_effect


def not_enough_data(columns: Iterable[str], rows: int) -> DriftResult:
    """The result of a window with too few rows: every column, without a score."""
    status = ColumnStatus.NOT_ENOUGH_DATA
    return DriftResult(
        rows,
        tuple(ColumnDrift(name, status, rows) for name in columns),
        ColumnDrift(PREDICTION, status, rows),
        None,
        None,
    )


def _adjusted(distances: Sequence[ColumnDistance], tests: int, alpha: float) -> dict[str, tuple[float, float]]:
    """The adjusted p-values of each column's values and of its missing values."""
    values = [1.0 if distance.p_value is None else distance.p_value for distance in distances]
    adjusted = adjust_p_values([*values, *(distance.missing_p_value for distance in distances)], tests, alpha)
    pairs = zip(adjusted[: len(distances)], adjusted[len(distances) :], strict=True)
    return {distance.column: pair for distance, pair in zip(distances, pairs, strict=True)}


def _compared(
    distance: ColumnDistance, shares: ColumnDrift, adjusted: tuple[float, float], policy: DriftPolicy
) -> ColumnDrift:
    column = replace(
        shares,
        method=distance.method,
        effect=distance.effect,
        p_value=distance.p_value,
        adjusted_p_value=min(adjusted),
        missing_p_value=distance.missing_p_value,
    )
    of_values, of_missing = _strengths(column, policy)
    values, missing = adjusted
    drifted = (values <= policy.alpha and of_values >= 1) or (missing <= policy.alpha and of_missing >= 1)
    return replace(column, status=ColumnStatus.DRIFTED if drifted else ColumnStatus.STABLE)


def _strengths(column: ColumnDrift, policy: DriftPolicy) -> tuple[float, float]:
    """The effects on values and on the share of missing values, each in units of its limit."""
    missing = (column.missing_share or 0.0) - (column.reference_missing_share or 0.0)
    return (column.effect or 0.0) / effect_limit(column, policy), abs(missing) / policy.minimum_missing_effect


def _order(column: ColumnDrift, policy: DriftPolicy) -> tuple[int, float, str]:
    """Columns without values first, then drifted ones, then all others; within each, those that moved most."""
    ranks = {ColumnStatus.DRIFTED: 1, ColumnStatus.STABLE: 2, ColumnStatus.NEW: 3}
    return ranks.get(column.status, 0), -max(_strengths(column, policy)), column.column


def _not_compared(name: str, status: ColumnStatus, reference: ReferenceColumns, window: WindowSample) -> ColumnDrift:
    share = reference.missing_shares[name]
    missing = None if status is ColumnStatus.WRONG_TYPE else _missing_share(window.columns, name)
    return ColumnDrift(name, status, len(window), missing_share=missing, reference_missing_share=share)


def _shares(distance: ColumnDistance, reference: ReferenceColumns, window: WindowSample) -> ColumnDrift:
    """The shares of missing values and of new categories; the status is preliminary."""
    name = distance.column
    column = ColumnDrift(
        name,
        ColumnStatus.STABLE,
        len(window),
        missing_share=_missing_share(window.columns, name),
        reference_missing_share=distance.reference_missing_share,
    )
    values = window.columns[name]
    if values.dtype.kind == "f":
        return column
    unknown = set(values.tolist()) - reference.categories[name] - {None}
    if not unknown:
        return replace(column, new_category_share=0.0)
    codes, texts = pd.factorize(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    new = sorted((-int(count), text) for text, count in zip(texts, counts, strict=True) if text in unknown)
    share = -sum(count for count, _ in new) / len(window)
    listed = tuple(text for _, text in new[:MAX_NEW_CATEGORIES])
    return replace(column, new_category_share=share, new_categories=listed)


def _missing_share(columns: Columns, name: str) -> float:
    """A column that is absent has no values."""
    return float(missing_values(columns[name]).mean()) if name in columns else 1.0


def _count_tests(reference: ReferenceColumns) -> int:
    """One of each column and of the prediction, and one of the missing values of columns that have some."""
    with_missing = sum(share > 0 for share in reference.missing_shares.values())
    return len(reference.columns) + 1 + with_missing
