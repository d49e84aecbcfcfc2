"""The late rate of the latest outcomes: how the level moves from day to day."""

from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from delay_core.reserved_names import KNOWN_AT, LATE
from delay_core.transformers.base import Columns, Matrix
from delay_core.transformers.calendar import SingleCalendarFeature
from delay_core.transformers.outcome_history import day_of
from delay_core.transformers.state_checks import Day, Increasing, Rate, check_one_more
from delay_core.transformers.target_encoding import SMOOTHING_ROWS

RECENT_LATE_RATE = "recent_late_rate"
OUTCOMES = 200
"""How many of the latest outcomes the rate is of; those of one day count together, so it can be a few more."""


class RecentLateRate(SingleCalendarFeature):
    """The late rate of the latest `OUTCOMES` outcomes of all shipments that were known before the day.

    `column` is the prediction point. Few outcomes draw the rate to that of all outcomes known by then. After the last
    outcome that the encoder was fitted on, it stays what it was, in training and in serving alike.
    """

    kind: Literal["recent_late_rate"] = "recent_late_rate"
    days: Annotated[tuple[Day, ...], Increasing]
    """The days on which outcomes became known, increasing, as `day_of` counts."""
    rates: tuple[Rate, ...]
    """The rate until the first of the days, then the one after each of them: one more than there are days."""

    @model_validator(mode="after")
    def _check_lengths(self) -> Self:
        check_one_more("rates", self.rates, "days", self.days)
        return self

    @classmethod
    def fit(cls, column: str, train: Columns) -> Self:
        """Compute the rates after each day on which outcomes of training rows became known."""
        is_known = ~np.isnan(train[LATE])
        days, day = np.unique(day_of(train[KNOWN_AT][is_known]), return_inverse=True)
        rows = np.concatenate(([0], np.cumsum(np.bincount(day, minlength=len(days)))))
        late = np.concatenate(([0.0], np.cumsum(np.bincount(day, train[LATE][is_known], minlength=len(days)))))
        begins = np.maximum(np.searchsorted(rows, rows - OUTCOMES, side="right") - 1, 0)
        overall = (late + 0.5) / (rows + 1)
        rates = (late - late[begins] + SMOOTHING_ROWS * overall) / (rows - rows[begins] + SMOOTHING_ROWS)
        return cls(column=column, days=tuple(days.tolist()), rates=tuple(rates.tolist()))

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.column}: recent late rate",)

    def encode(self, columns: Columns, out: Matrix) -> None:
        days, rates = self._arrays
        out[:, 0] = rates[np.searchsorted(days, day_of(columns[self.column]))]

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return np.array(self.days, dtype=np.int64), np.array(self.rates, dtype=np.float32)
