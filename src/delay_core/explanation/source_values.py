"""The values of the sources of an explanation: as arrays, and as text for people."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.features import FeatureEncoder, to_arrays
from delay_core.quantity_text import append_unit
from delay_core.schema import ShipmentSchema
from delay_core.transformers.calendar import TREND, CalendarFeature, TrendFeature
from delay_core.transformers.recent_late_rate import RecentLateRate

MISSING = "missing"
_MAX_CATEGORY_LENGTH = 60
_UNITS = {"days": "days", "haversine": "km", "ratio": None, "late_rate": "%", "outcome_count": None}
"""The units of derived features, by kind."""
_PART_UNITS = {"hour": " ({timezone})", "weekday": " (0 is Monday)", "month": ""}


def source_values(
    source: str, schema: ShipmentSchema, encoder: FeatureEncoder, table: pd.DataFrame, features: NDArray[np.float32]
) -> NDArray[Any]:
    """The values [rows] of a column or a derived feature: float64 with NaN, str or None, UTC datetime64 with NaT.

    `table` has the canonical columns of accepted shipments, `features` [rows, features] is the output of `encoder` for
    them. A derived late rate is in percent.
    """
    if source not in schema.derived:
        return to_arrays(table, [source])[source]
    value_index, *indicators = encoder.sources[source]
    values = features[:, value_index].astype(np.float64)
    for index in indicators:
        values[features[:, index] == 1] = np.nan
    kind = schema.derived[source].kind
    if kind == "outcome_count":
        return np.expm1(values).round()
    return 100 * values if kind == "late_rate" else values


def dependence_axes(
    source: str, schema: ShipmentSchema, encoder: FeatureEncoder, table: pd.DataFrame, features: NDArray[np.float32]
) -> dict[str, NDArray[Any]]:
    """The x values of a dependence plot, by axis label: the values of the source, or the parts of a timestamp.

    A part that is the same for all rows shows nothing and is left out, such as a trend after the last training row.
    Arguments as for `source_values`.
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
    for rate in encoder.transformers:
        if isinstance(rate, RecentLateRate) and rate.column == source:
            parts["recent late rate (%)"] = 100 * features[:, encoder.names.index(rate.names[0])]
    varying = {label: values for label, values in parts.items() if np.ptp(values)} or parts
    if varying:
        return {label: np.where(values < 0, np.nan, values.astype(np.float64)) for label, values in varying.items()}
    unit = source_unit(source, schema)
    return {f"{source} ({unit})" if unit else source: source_values(source, schema, encoder, table, features)}


def source_unit(source: str, schema: ShipmentSchema) -> str | None:
    """The unit of a numeric source; None if it has none."""
    return _UNITS[schema.derived[source].kind] if source in schema.derived else schema.columns[source].unit


def format_value(value: object, unit: str | None) -> str:
    """A value for people: `52 min`, `227 (item)`, `2024-05-13 08:30 UTC`, `Heavy`, `missing`."""
    if value is None or pd.isna(value):  # type: ignore[call-overload] # one value of any of the three types
        return MISSING
    if isinstance(value, str):
        one_line = " ".join(value.split())
        is_long = len(one_line) > _MAX_CATEGORY_LENGTH
        return f"{one_line[:_MAX_CATEGORY_LENGTH]}…" if is_long else one_line
    if isinstance(value, np.datetime64):
        return _format_timestamp(value)
    number = _format_number(float(value))  # type: ignore[arg-type] # the other types are excluded above
    if unit == "days" and number == "1":
        return "1 day"
    return append_unit(number, unit)


def _format_timestamp(time: np.datetime64) -> str:
    return f"{pd.Timestamp(time):%Y-%m-%d %H:%M} UTC".replace(" 00:00 UTC", "")


def _format_number(value: float) -> str:
    """Integers unchanged, others with four digits; with separators between thousands."""
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return f"{value:.3g}"
    if value == round(value) or size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"
