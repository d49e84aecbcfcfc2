"""Which transformers an encoder consists of, fitted on training rows."""

from collections.abc import Iterator

from delay_core.features.width import limit_indicators
from delay_core.schema import ShipmentSchema
from delay_core.schema.roles import ROLES
from delay_core.transformers.base import Columns
from delay_core.transformers.calendar import TREND, CalendarFeature, TrendFeature
from delay_core.transformers.derived import DerivedFeature
from delay_core.transformers.numeric import SentinelFeature
from delay_core.transformers.outcome_count import OutcomeCount
from delay_core.transformers.recent_late_rate import RECENT_LATE_RATE, RecentLateRate
from delay_core.transformers.target_encoding import HistoricalLateRate
from delay_core.transformers.union import AnyTransformer


def fit_transformers(schema: ShipmentSchema, train: Columns) -> tuple[AnyTransformer, ...]:
    """The transformers in the order of their features: columns by role, calendar, missing reasons, derived."""
    return (
        *limit_indicators(schema, tuple(_columns(schema, train)), train),
        *_calendar(schema, train),
        *(
            SentinelFeature(column=name, reasons_column=stored, reasons=tuple(schema.columns[name].sentinels))
            for stored, name in schema.missing_reason_columns.items()
        ),
        *_derived(schema, train),
    )


def _columns(schema: ShipmentSchema, train: Columns) -> Iterator[AnyTransformer]:
    for role in ROLES:
        for name, column in schema.features.items():
            if column.role == role:
                yield from schema.role(name).fit_transformers(train)


def _calendar(schema: ShipmentSchema, train: Columns) -> Iterator[AnyTransformer]:
    timezone = schema.source.timezone
    for calendar in schema.calendar:
        parts = tuple(part for part in calendar.parts if part not in (TREND, RECENT_LATE_RATE))
        if parts:
            yield CalendarFeature(column=calendar.column, parts=parts, timezone=timezone)
        if TREND in calendar.parts:
            yield TrendFeature.fit(calendar.column, train[calendar.column], timezone)
        if RECENT_LATE_RATE in calendar.parts:
            yield RecentLateRate.fit(calendar.column, train)


def _derived(schema: ShipmentSchema, train: Columns) -> Iterator[AnyTransformer]:
    for name, derived in schema.derived.items():
        point = schema.prediction_point.sort_column
        if derived.kind == "late_rate":
            yield HistoricalLateRate.fit(name, name, derived.columns, point, train)
        elif derived.kind == "outcome_count":
            yield OutcomeCount.fit(name, derived.columns, point, train)
        else:
            nullable = any(schema.columns[column].nullable for column in derived.columns)
            yield DerivedFeature.fit(derived.kind, name, derived.columns, train, nullable=nullable)
