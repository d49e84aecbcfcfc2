"""Features that are computed from columns."""

from typing import Literal, Self

from pydantic import Field, model_validator

from delay_core.schema.base import SchemaModel
from delay_core.schema.types import ColumnName, Names

DerivedKind = Literal["days", "haversine", "ratio", "late_rate", "outcome_count"]

INPUT_ROLES: dict[DerivedKind, tuple[str, ...]] = {
    "days": ("timestamp",),
    "haversine": ("numeric", "coordinates"),
    "ratio": ("numeric",),
    "late_rate": ("categorical", "identifier"),
    "outcome_count": ("categorical", "identifier"),
}
"""The roles that the columns of a derived feature may have."""


class Calendar(SchemaModel):
    """Parts of a timestamp as numbers, in `source.timezone`."""

    column: ColumnName = Field(description="A timestamp column.")
    parts: tuple[Literal["hour", "weekday", "month", "trend", "recent_late_rate"], ...] = Field(
        min_length=1,
        description="Hour 0–23, weekday 0 (Monday)–6, month 1–12; trend: days since the first training row, at most "
        "those of the last one, for tables whose late rate changes over the years; recent_late_rate, of the prediction "
        "point: the late rate of the latest 200 outcomes known at the latest on the day before.",
    )


class Derived(SchemaModel):
    """A feature computed from columns; exactly one of the first five keys is present."""

    days: tuple[ColumnName, ColumnName] | None = Field(
        default=None, description="Days from the first timestamp to the second."
    )
    haversine: tuple[ColumnName, ...] | None = Field(
        default=None,
        min_length=2,
        max_length=4,
        description="Kilometres along the great circle between two points. A point is a column of coordinates, or two "
        "numeric columns in degrees: its latitude and its longitude.",
    )
    ratio: tuple[ColumnName, ColumnName] | None = Field(
        default=None, description="The first number divided by the second; missing if that is zero."
    )
    late_rate: Names | None = Field(
        default=None,
        min_length=1,
        description="The historical late rate of shipments with the same values in these columns, from outcomes known "
        "at the latest on the day before the prediction point.",
    )
    outcome_count: Names | None = Field(
        default=None,
        min_length=1,
        description="How many outcomes of shipments with the same values in these columns were known, at the latest on "
        "the day before the prediction point: none of a new one.",
    )
    leakage_override: str | None = Field(
        default=None, min_length=10, description="As for a column: why the feature may predict the outcome so well."
    )

    @property
    def kind(self) -> DerivedKind:
        """The key that is present."""
        return next(kind for kind in INPUT_ROLES if getattr(self, kind) is not None)

    @property
    def needs_outcomes(self) -> bool:
        """Whether it is computed from outcomes of other shipments, so that a prediction needs a time."""
        return self.kind in ("late_rate", "outcome_count")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is computed from."""
        names: tuple[str, ...] = getattr(self, self.kind)
        return names

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        kinds = [kind for kind in INPUT_ROLES if getattr(self, kind) is not None]
        if len(kinds) != 1:
            raise ValueError(f"set exactly one of {', '.join(INPUT_ROLES)}; found {' and '.join(kinds) or 'none'}")
        return self
