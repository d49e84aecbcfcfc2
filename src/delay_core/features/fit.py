"""Which parts an encoder consists of, and what each learns from training rows."""

from collections.abc import Iterator

from delay_core.features.alphabet import MANY, AlphabetFeature
from delay_core.features.canonical import Columns
from delay_core.features.categories import CategoricalFeature
from delay_core.features.computed import ComputedFeature
from delay_core.features.late_rates import LateRateFeature, Outcomes
from delay_core.features.numeric import NumericFeature, SentinelFeature
from delay_core.features.times import TREND, CalendarFeature, TrendFeature
from delay_core.schema import ShipmentSchema
from delay_core.validation import KNOWN_AT, LATE

Part = (
    NumericFeature
    | CategoricalFeature
    | AlphabetFeature
    | CalendarFeature
    | TrendFeature
    | SentinelFeature
    | ComputedFeature
    | LateRateFeature
)


def fitted_parts(schema: ShipmentSchema, train: Columns) -> tuple[Part, ...]:
    """The parts, in the order of their features: numbers, categories, calendar, reasons, derived."""
    return (
        *_numbers(schema, train),
        *_categories(schema, train),
        *_times(schema, train),
        *(
            SentinelFeature(column=name, reasons_in=stored, reasons=tuple(schema.columns[name].sentinels))
            for stored, name in schema.reasons.items()
        ),
        *_derived(schema, train),
    )


def _numbers(schema: ShipmentSchema, train: Columns) -> Iterator[Part]:
    for name, column in schema.features.items():
        if column.role == "numeric":
            yield NumericFeature.fit(name, train[name], nullable=column.nullable)


def _categories(schema: ShipmentSchema, train: Columns) -> Iterator[Part]:
    for name, column in schema.features.items():
        if column.role != "categorical":
            continue
        part = CategoricalFeature.fit(name, train[name], nullable=column.nullable, encode=column.encode)
        yield part
        alphabet = AlphabetFeature.fit(name, train[name])
        if len(alphabet.frequent) > MANY:
            yield alphabet
        if part.by_rate:
            yield _late_rate(schema, train, f"{name}: late rate so far", name, (name,))


def _times(schema: ShipmentSchema, train: Columns) -> Iterator[Part]:
    timezone = schema.source.timezone
    for calendar in schema.calendar:
        parts = tuple(part for part in calendar.parts if part != TREND)
        if parts:
            yield CalendarFeature(column=calendar.column, parts=parts, timezone=timezone)
        if TREND in calendar.parts:
            yield TrendFeature.fit(calendar.column, train[calendar.column], timezone)


def _derived(schema: ShipmentSchema, train: Columns) -> Iterator[Part]:
    for name, derived in schema.derived.items():
        if derived.kind == "late_rate":
            yield _late_rate(schema, train, name, name, derived.columns)
        else:
            nullable = any(schema.columns[column].nullable for column in derived.columns)
            yield ComputedFeature.fit(derived.kind, name, derived.columns, train, nullable=nullable)


def _late_rate(schema: ShipmentSchema, train: Columns, name: str, source: str, by: tuple[str, ...]) -> LateRateFeature:
    columns = {column: train[column] for column in (*by, LATE, KNOWN_AT)}
    return LateRateFeature.fit(name, source, by, schema.prediction_point.column, Outcomes(columns, LATE, KNOWN_AT))
