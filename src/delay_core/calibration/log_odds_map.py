"""A rising, piecewise linear map of log-odds, and its JSON in a bundle."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import Annotated, Self

import numpy as np
from pydantic import ConfigDict, Field, model_validator

from delay_core.calibration.log_odds import Floats
from delay_core.field_equality import FieldEquality

_MAX_PARAMETER = 1e12
Slope = Annotated[float, Field(ge=0, le=_MAX_PARAMETER)]
Intercept = Annotated[float, Field(ge=-_MAX_PARAMETER, le=_MAX_PARAMETER)]


class LogOddsMap(FieldEquality):
    """Log-odds of 0 become `intercept`, and within a segment, log-odds rise by its slope.

    `knots` separate the segments, from the lowest log-odds to the highest: there is one slope more than knots. A
    straight line has no knots, the identity has one slope of 1. The result never falls where log-odds rise; a row gets
    the same bits alone and in any batch.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    knots: tuple[float, ...] = ()
    slopes: tuple[Slope, ...] = (1.0,)
    intercept: Intercept = 0.0

    @model_validator(mode="after")
    def _check_segments(self) -> Self:
        if len(self.slopes) != len(self.knots) + 1:
            raise ValueError(f"{len(self.knots)} knots need one slope more, not {len(self.slopes)}")
        if any(low >= high for low, high in pairwise(self.knots)):
            raise ValueError("each knot must be higher than the one before")
        return self

    def __call__(self, log_odds: Floats) -> Floats:
        """The log-odds [rows] after the map."""
        knots, segments = self._tables
        x, y, slope, highest = segments[:, knots.searchsorted(log_odds, side="right")]
        mapped: Floats = np.minimum(y + slope * (log_odds - x), highest)
        return mapped

    @cached_property
    def _tables(self) -> tuple[Floats, Floats]:
        """The knots, and of each segment a point x, y on its line, its slope, and its highest result [4, segments]."""
        x = np.array(self.knots or (0.0,))
        parts = split_by_segment(x, self.knots)
        y = sum((slope * part for slope, part in zip(self.slopes, parts, strict=True)), np.full(len(x), self.intercept))
        points = [0, *range(len(self.knots))]
        highest = np.append(y[: len(self.knots)], inf)
        return np.array(self.knots), np.stack([x[points], y[points], np.array(self.slopes), highest])


def split_by_segment(log_odds: Floats, knots: Sequence[float]) -> list[Floats]:
    """How far each of the log-odds [rows] is from 0 within each segment; the sum over segments is the log-odds."""
    return [np.clip(log_odds, low, high) - min(max(low, 0.0), high) for low, high in pairwise((-inf, *knots, inf))]
