"""What a shipment holds where an explanation points: as values, and as people read them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.features import FeatureEncoder, to_arrays
from delay_core.schema import ShipmentSchema
from delay_core.transformers.calendar import TREND, CalendarFeature, TrendFeature

MISSING = "missing"
_LONGEST = 60
"""Characters of a category that are shown."""
_UNITS = {"days": "days", "haversine": "km", "ratio": None, "late_rate": "%"}
"""Of derived features, by kind."""
_PART_UNITS = {"hour": " ({timezone})", "weekday": " (0 is Monday)", "month": ""}


def values_of(
    source: str, schema: ShipmentSchema, encoder: FeatureEncoder, table: pd.DataFrame, features: NDArray[np.float32]
) -> NDArray[Any]:
    """The values [rows] of a column or a derived feature: float64 with NaN, str or None, UTC datetime64 with NaT.

    `table` holds the canonical columns of accepted shipments, `features` what `encoder` made of them. A derived late
    rate is in per cent.
    """
    if source not in schema.derived:
        return to_arrays(table, [source])[source]
    place, *indicator = encoder.sources[source]
    values = features[:, place].astype(np.float64)
    for missing in indicator:
        values[features[:, missing] == 1] = np.nan
    return 100 * values if schema.derived[source].kind == "late_rate" else values


def axes_of(
    source: str, schema: ShipmentSchema, encoder: FeatureEncoder, table: pd.DataFrame, features: NDArray[np.float32]
) -> dict[str, NDArray[Any]]:
    """What a picture draws a source's points over, by what is written on the axis: its values; of a time its parts.

    Arguments as for `values_of`.
    """
    parts = {
        f"{part}{_PART_UNITS[part].format(timezone=calendar.timezone)}": features[:, encoder.names.index(name)]
        for calendar in encoder.transformers
        if isinstance(calendar, CalendarFeature) and calendar.column == source
        for part, name in zip(calendar.parts, calendar.names, strict=True)
    }
    parts |= {
        f"{TREND} (days since {np.datetime64(trend.first, 'D')})": features[:, encoder.names.index(trend.names[0])]
        for trend in encoder.transformers
        if isinstance(trend, TrendFeature) and trend.column == source
    }
    if parts:
        return {label: np.where(values < 0, np.nan, values.astype(np.float64)) for label, values in parts.items()}
    unit = unit_of(source, schema)
    return {f"{source} ({unit})" if unit else source: values_of(source, schema, encoder, table, features)}


def unit_of(source: str, schema: ShipmentSchema) -> str | None:
    """The unit of a number."""
    return _UNITS[schema.derived[source].kind] if source in schema.derived else schema.columns[source].unit


def text_of(value: object, unit: str | None) -> str:
    """A value for people: `52 min`, `2024-05-13 08:30 UTC`, `Heavy`, `missing`."""
    if value is None or pd.isna(value):  # type: ignore[call-overload] # one value, of any of the three kinds
        return MISSING
    if isinstance(value, str):
        plain = " ".join(value.split())
        return f"{plain[:_LONGEST]}…" if len(plain) > _LONGEST else plain
    if isinstance(value, np.datetime64):
        return _moment(value)
    number = _number(float(value))  # type: ignore[arg-type] # what is left is a number
    if unit == "days" and number == "1":
        return "1 day"
    return f"{number} {unit}" if unit else number


def _moment(time: np.datetime64) -> str:
    return f"{pd.Timestamp(time):%Y-%m-%d %H:%M} UTC".replace(" 00:00 UTC", "")


def _number(value: float) -> str:
    """Whole numbers as they are, others with four digits; thousands in groups."""
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return f"{value:.3g}"
    if value == round(value) or size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"
