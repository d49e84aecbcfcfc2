"""The reasons for a shipment's probability, as text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.explanation.attribution import PointAttributions
from delay_core.explanation.source_values import MISSING, format_value, source_unit, source_values
from delay_core.features import FeatureEncoder, to_arrays
from delay_core.schema import ShipmentSchema


@dataclass(frozen=True)
class Reason:
    """A column or derived feature, its value, and how many percentage points it adds to the probability."""

    source: str
    value: str
    points: float


def reasons(
    attributions: PointAttributions,
    schema: ShipmentSchema,
    encoder: FeatureEncoder,
    table: pd.DataFrame,
    features: NDArray[np.float32],
) -> list[tuple[Reason, ...]]:
    """The reasons of each row, the largest effects first; the points of a row sum to its probability.

    `table` has the canonical columns of the rows, `features` [rows, features] is the output of `encoder` for them.
    Canonical columns have no personal data.
    """
    columns = [_display_values(source, schema, encoder, table, features) for source in attributions.sources]
    rows = zip(*columns, strict=True) if columns else ((),) * len(table)
    return [
        _rank_reasons(attributions.sources, values, points)
        for points, values in zip(attributions.points, rows, strict=True)
    ]


def format_reason(reason: Reason) -> str:
    """`Traffic_Status Heavy: +18 points`."""
    return f"{reason.source} {reason.value}: {_format_points(reason.points)}"


def _format_points(points: float) -> str:
    if abs(points) < 1:
        return "less than 1 point"
    rounded = round(points)
    return f"{rounded:+d} point{'' if abs(rounded) == 1 else 's'}"


def _rank_reasons(sources: Sequence[str], values: Sequence[str], points: NDArray[np.float64]) -> tuple[Reason, ...]:
    unsorted = map(Reason, sources, values, points.tolist())
    return tuple(sorted(unsorted, key=lambda reason: (-abs(reason.points), reason.source)))


def _display_values(
    source: str, schema: ShipmentSchema, encoder: FeatureEncoder, table: pd.DataFrame, features: NDArray[np.float32]
) -> list[str]:
    unit = source_unit(source, schema)
    texts = [format_value(value, unit) for value in source_values(source, schema, encoder, table, features)]
    reason_column = next((name for name, column in schema.missing_reason_columns.items() if column == source), None)
    if reason_column is not None:
        missing_reasons = to_arrays(table, [reason_column])[reason_column]
        pairs = zip(texts, missing_reasons, strict=True)
        texts = [f"{MISSING} ({reason})" if reason else text for text, reason in pairs]
    return texts
