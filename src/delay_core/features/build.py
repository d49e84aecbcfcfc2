"""Which transformers an encoder consists of, and what each learns from training rows."""

from collections.abc import Iterator

from delay_core.schema import ShipmentSchema
from delay_core.transformers.base import Columns
from delay_core.transformers.calendar import TREND, CalendarFeature, TrendFeature
from delay_core.transformers.derived import DerivedFeature
from delay_core.transformers.numeric import NumericFeature, SentinelFeature
from delay_core.transformers.one_hot import OneHotFeature
from delay_core.transformers.ordinal import MAX_UNORDERED_CATEGORIES, OrdinalFeature
from delay_core.transformers.target_encoding import HistoricalLateRate, KnownOutcomes
from delay_core.validation import KNOWN_AT, LATE

AnyTransformer = (
    NumericFeature
    | OneHotFeature
    | OrdinalFeature
    | CalendarFeature
    | TrendFeature
    | SentinelFeature
    | DerivedFeature
    | HistoricalLateRate
)


def fit_transformers(schema: ShipmentSchema, train: Columns) -> tuple[AnyTransformer, ...]:
    """The transformers in the order of their features: numbers, categories, calendar, missing reasons, derived."""
    return (
        *_numbers(schema, train),
        *_categories(schema, train),
        *_times(schema, train),
        *(
            SentinelFeature(column=name, reasons_column=stored, reasons=tuple(schema.columns[name].sentinels))
            for stored, name in schema.missing_reason_columns.items()
        ),
        *_derived(schema, train),
    )


def _numbers(schema: ShipmentSchema, train: Columns) -> Iterator[AnyTransformer]:
    for name, column in schema.features.items():
        if column.role == "numeric":
            yield NumericFeature.fit(name, train[name], nullable=column.nullable)


def _categories(schema: ShipmentSchema, train: Columns) -> Iterator[AnyTransformer]:
    for name, column in schema.features.items():
        if column.role != "categorical":
            continue
        one_hot = OneHotFeature.fit(name, train[name], nullable=column.nullable, encode=column.encode)
        yield one_hot
        ordinal = OrdinalFeature.fit(name, train[name])
        if len(ordinal.frequent) > MAX_UNORDERED_CATEGORIES:
            yield ordinal
        if one_hot.target_encoded:
            yield _late_rate(schema, train, f"{name}: late rate so far", name, (name,))


def _times(schema: ShipmentSchema, train: Columns) -> Iterator[AnyTransformer]:
    timezone = schema.source.timezone
    for calendar in schema.calendar:
        parts = tuple(part for part in calendar.parts if part != TREND)
        if parts:
            yield CalendarFeature(column=calendar.column, parts=parts, timezone=timezone)
        if TREND in calendar.parts:
            yield TrendFeature.fit(calendar.column, train[calendar.column], timezone)


def _derived(schema: ShipmentSchema, train: Columns) -> Iterator[AnyTransformer]:
    for name, derived in schema.derived.items():
        if derived.kind == "late_rate":
            yield _late_rate(schema, train, name, name, derived.columns)
        else:
            nullable = any(schema.columns[column].nullable for column in derived.columns)
            yield DerivedFeature.fit(derived.kind, name, derived.columns, train, nullable=nullable)


def _late_rate(
    schema: ShipmentSchema, train: Columns, name: str, source_name: str, keys: tuple[str, ...]
) -> HistoricalLateRate:
    columns = {column: train[column] for column in (*keys, LATE, KNOWN_AT)}
    outcomes = KnownOutcomes(columns, LATE, KNOWN_AT)
    return HistoricalLateRate.fit(name, source_name, keys, schema.prediction_point.column, outcomes)
