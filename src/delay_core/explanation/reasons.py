"""The reasons for a shipment's probability, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.explanation.points import Explained
from delay_core.explanation.values import MISSING, text_of, unit_of, values_of
from delay_core.features import FeatureEncoder, to_arrays
from delay_core.schema import ShipmentSchema


@dataclass(frozen=True)
class Reason:
    """A column, or derived feature, what it holds, and by how many percentage points that moves the probability."""

    source: str
    value: str
    points: float


def reasons(
    explained: Explained,
    schema: ShipmentSchema,
    encoder: FeatureEncoder,
    table: pd.DataFrame,
    features: NDArray[np.float32],
) -> list[tuple[Reason, ...]]:
    """For each row the reasons, those that move it most first; all of a row's points add up to its probability.

    `table` holds the canonical columns of the rows, `features` [rows, features] what `encoder` made of them. Personal
    data is not among them: it is dropped before anything becomes canonical.
    """
    shown = [_shown(source, schema, encoder, table, features) for source in explained.sources]
    rows = zip(*shown, strict=True) if shown else ((),) * len(table)
    return [_of_row(explained, points, values) for points, values in zip(explained.points, rows, strict=True)]


def words(reason: Reason) -> str:
    """`Traffic_Status Heavy: +18 points`."""
    return f"{reason.source} {reason.value}: {_points(reason.points)}"


def _points(points: float) -> str:
    if abs(points) < 1:
        return "less than 1 point"
    whole = round(points)
    return f"{whole:+d} point{'' if abs(whole) == 1 else 's'}"


def _of_row(explained: Explained, points: NDArray[np.float64], values: Sequence[str]) -> tuple[Reason, ...]:
    found = map(Reason, explained.sources, values, points.tolist())
    return tuple(sorted(found, key=lambda reason: (-abs(reason.points), reason.source)))


def _shown(
    source: str, schema: ShipmentSchema, encoder: FeatureEncoder, table: pd.DataFrame, features: NDArray[np.float32]
) -> list[str]:
    unit = unit_of(source, schema)
    texts = [text_of(value, unit) for value in values_of(source, schema, encoder, table, features)]
    stored = next((stored for stored, column in schema.missing_reason_columns.items() if column == source), None)
    if stored is not None:
        why = to_arrays(table, [stored])[stored]
        texts = [f"{MISSING} ({reason})" if reason else text for text, reason in zip(texts, why, strict=True)]
    return texts
