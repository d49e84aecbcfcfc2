"""The maps: four kinds, each a few numbers."""

from abc import abstractmethod
from functools import cached_property
from typing import Annotated, Literal, Self, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from delay_core.calibration.scale import STEP, SUREST, Floats, log_chances, on_grid, probability_of

Method = Literal["none", "platt", "beta", "isotonic"]
METHODS: tuple[Method, ...] = get_args(Method)
"""Those that learn least come first."""

_LARGEST = 1e12
Slope = Annotated[float, Field(ge=0, le=_LARGEST)]
Intercept = Annotated[float, Field(ge=-_LARGEST, le=_LARGEST)]


class CalibrationMap(BaseModel):
    """A monotone map; its whole state is this model.

    Where p rises the answer never falls. A row gets the same bits alone and among a million; NaN stays NaN.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @abstractmethod
    def apply(self, probabilities: Floats) -> Floats:
        """Calibrated probabilities [rows], strictly between 0 and 1, for a model's own [rows]."""


class Unchanged(CalibrationMap):
    """A model's own probabilities as they are, 0 and 1 too."""

    method: Literal["none"] = "none"

    def apply(self, probabilities: Floats) -> Floats:
        return probabilities


class Platt(CalibrationMap):
    """Log-odds a·logit(p) + b: one line (Platt 1999)."""

    method: Literal["platt"] = "platt"
    a: Slope
    b: Intercept

    def apply(self, probabilities: Floats) -> Floats:
        late, on_time = log_chances(probabilities)
        return probability_of(self.a * (late + on_time) + self.b)


class Beta(CalibrationMap):
    """Log-odds a·log p - b·log(1-p) + c: a slope for either end, and with 1, 1, 0 no change (Kull et al. 2017)."""

    method: Literal["beta"] = "beta"
    a: Slope
    b: Slope
    c: Intercept

    def apply(self, probabilities: Floats) -> Floats:
        late, on_time = log_chances(probabilities)
        return probability_of(self.a * late + self.b * on_time + self.c)


class Isotonic(CalibrationMap):
    """Straight lines between knots; before the first and after the last, those two's answers.

    Knots are at the centres of isotonic blocks, not at their edges: so two answers are equal in no more places than the
    data, which say nothing beyond the outermost blocks, make them.
    """

    method: Literal["isotonic"] = "isotonic"
    x: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(min_length=1)
    y: tuple[Annotated[float, Field(ge=SUREST, le=1 - SUREST)], ...]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if len(self.x) != len(self.y):
            raise ValueError(f"{len(self.x)} x and {len(self.y)} y: a knot has one of each")
        for what, values, least in (("x", self.x, STEP), ("y", self.y, 0)):
            falls = np.flatnonzero(np.diff(values) < least)
            if len(falls):
                raise ValueError(f"{what} does not rise from knot {falls[0]} to the next, by at least {least:.0e}")
        return self

    @cached_property
    def knots(self) -> tuple[Floats, Floats]:
        """The x and the y as arrays, y on the grid."""
        return np.array(self.x), on_grid(np.array(self.y))

    def apply(self, probabilities: Floats) -> Floats:
        # Just before a knot, np.interp may answer a last bit more than at it: on the grid, it does not.
        return on_grid(np.interp(np.ascontiguousarray(probabilities), *self.knots))
