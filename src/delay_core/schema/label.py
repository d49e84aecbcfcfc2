"""What late means, when the outcome is known, and what mistakes cost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.types import ColumnName, Duration, Number, TableValue


class Label(SchemaModel):
    """The definition of late: a column that says it, or two dates to compare."""

    column: ColumnName | None = Field(
        default=None, description="The column that says it: as 0 and 1, or in the values of the two lists below."
    )
    late: tuple[TableValue, ...] = Field(default=(), description="Values of the column that mean late.")
    on_time: tuple[TableValue, ...] = Field(default=(), description="Values of the column that mean on time.")
    actual: ColumnName | None = Field(
        default=None, description="Instead of a column: the date of the actual event, usually the delivery."
    )
    promised: ColumnName | None = Field(
        default=None, description="The promised date; the shipment is late if `actual` is later than this."
    )
    tolerance: Duration = Field(
        default=timedelta(0), description="The delay after `promised` that is still on time: PT2H, P1D."
    )
    overdue: Literal["late", "open"] = Field(
        default="late",
        description="The outcome of a shipment without an actual date whose promised date and tolerance had passed at "
        "the snapshot: late, or open, which means unknown.",
    )
    known_after: Duration = Field(
        default=timedelta(0),
        description="How long until the outcome is recorded: after the prediction point for a label column, after "
        "the promised date and its tolerance for two dates. No model learns from an outcome before that.",
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the outcome is read from."""
        return tuple(name for name in (self.column, self.actual, self.promised) if name is not None)

    @model_validator(mode="after")
    def _is_one_definition(self) -> Self:
        raise_all(self._mistakes())
        return self

    def _mistakes(self) -> Iterator[str]:
        by_dates = self.actual is not None and self.promised is not None
        if (self.column is None) == (not by_dates) or (self.column and (self.actual or self.promised)):
            keys = [key for key in ("column", "actual", "promised") if getattr(self, key) is not None]
            yield f"set either column, or both actual and promised; found {' and '.join(keys) or 'none of them'}"
        if by_dates and self.actual == self.promised:
            yield f"actual and promised are both {self.actual!r}; name the two dates to compare"
        if by_dates and (self.late or self.on_time):
            yield "late and on_time are values of a label column; two dates need none"
        if bool(self.late) != bool(self.on_time):
            yield "late and on_time go together: list the values that mean each"
        for value in sorted(set(self.late) & set(self.on_time)):
            yield f"{value!r} is in both late and on_time; a value has one meaning"
        if self.column and (self.is_set("tolerance") or self.is_set("overdue")):
            yield "tolerance and overdue belong to a comparison of two dates (actual, promised)"


class Costs(SchemaModel):
    """The costs of each mistake; together with the probability they decide whether to act."""

    missed_delay: Number = Field(gt=0, description="The cost of a late shipment without action.")
    needless_action: Number = Field(gt=0, description="The cost of acting on a shipment that would have been on time.")
    currency: str = Field(description="The currency of both, as ISO 4217 writes it: EUR, USD.")

    @property
    def act_above(self) -> float:
        """The probability above which acting costs less than waiting."""
        return self.needless_action / (self.needless_action + self.missed_delay)

    @field_validator("currency")
    @classmethod
    def _currency_is_iso(cls, currency: str) -> str:
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise ValueError("must be three capitals, as ISO 4217 writes a currency: EUR, USD")
        return currency
