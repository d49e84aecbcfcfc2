"""What late means, when it is known, and what being wrong costs."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from delay_core.schema.words import Strict, Word


class Label(Strict):
    """Late or not: a column that says so, or two dates compared."""

    column: str | None = Field(default=None, description="The column that says it: 0 and 1, or the two lists below.")
    late: tuple[Word, ...] = Field(default=(), description="Values of the column that mean late.")
    on_time: tuple[Word, ...] = Field(default=(), description="Values of the column that mean on time.")
    actual: str | None = Field(default=None, description="Instead of a column: the date of what really happened …")
    promised: str | None = Field(default=None, description="… which is late when it lies after this date …")
    tolerance: timedelta = Field(default=timedelta(0), description="… by more than this (ISO 8601: PT2H, P1D).")
    overdue: Literal["late", "open"] = Field(
        default="late",
        description="A shipment without an actual date whose promise, with its tolerance, had passed at the snapshot.",
    )
    known_after: timedelta = Field(
        default=timedelta(0),
        ge=timedelta(0),
        description="How long until the outcome is on record: after the prediction point for a label column, after "
        "promise and tolerance for two dates. Nothing learns from an outcome before.",
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the outcome is read from."""
        return tuple(name for name in (self.column, self.actual, self.promised) if name is not None)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_dates = self.actual is not None and self.promised is not None
        if (self.column is None) == (not by_dates) or (self.column and (self.actual or self.promised)):
            raise ValueError("say either column, or both actual and promised")
        if by_dates and (self.late or self.on_time):
            raise ValueError("late and on_time are values of a label column; two dates need none")
        if bool(self.late) != bool(self.on_time):
            raise ValueError("late and on_time go together: list the values that mean each")
        both = sorted(set(self.late) & set(self.on_time))
        if both:
            raise ValueError(f"{both[0]!r} stands under both late and on_time")
        if self.column and (self.says("tolerance") or self.says("overdue")):
            raise ValueError("tolerance and overdue belong to a comparison of two dates (actual, promised)")
        return self


class Costs(Strict):
    """What each mistake costs; the decision to act weighs a probability against them."""

    missed_delay: float = Field(gt=0, description="The cost of a late shipment that nobody acted on.")
    needless_action: float = Field(gt=0, description="The cost of acting on a shipment that would have been on time.")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="The currency of both, as ISO 4217 writes it: EUR, USD.")

    @property
    def act_above(self) -> float:
        """The probability from which acting costs less than waiting."""
        return self.needless_action / (self.needless_action + self.missed_delay)
