"""Kinds of calibrators, each a few numbers, and their JSON in a bundle."""

from abc import abstractmethod
from functools import cached_property
from typing import Annotated, Literal, Self, get_args

import numpy as np
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from delay_core.calibration.log_odds import (
    EPSILON,
    GRID_STEP,
    Floats,
    expit_on_grid,
    log_probabilities,
    round_to_grid,
)
from delay_core.calibration.log_odds_map import Intercept, LogOddsMap, Slope
from delay_core.digest import canonical_json
from delay_core.errors import BundleError
from delay_core.field_equality import FieldEquality

Method = Literal["none", "platt", "beta", "isotonic"]
METHODS: tuple[Method, ...] = get_args(Method)
"""What training selects from, sorted by the number of parameters, the fewest first."""


class CalibrationFunction(FieldEquality):
    """A monotone function whose whole state is this model.

    The result never falls where p rises. A row gets the same bits alone and in any batch; NaN stays NaN.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @abstractmethod
    def apply(self, probabilities: Floats) -> Floats:
        """Calibrated probabilities [rows], strictly between 0 and 1, for a model's own probabilities [rows]."""


class IdentityCalibrator(CalibrationFunction):
    """A model's own probabilities unchanged, even 0 and 1."""

    method: Literal["none"] = "none"

    def apply(self, probabilities: Floats) -> Floats:
        return probabilities


class PlattScaling(CalibrationFunction):
    """Log-odds a·logit(p) + b (Platt 1999)."""

    method: Literal["platt"] = "platt"
    a: Slope
    b: Intercept

    def apply(self, probabilities: Floats) -> Floats:
        late, on_time = log_probabilities(probabilities)
        return expit_on_grid(self.a * (late + on_time) + self.b)


class BetaCalibration(CalibrationFunction):
    """Log-odds a·log p - b·log(1-p) + c: one slope for each end; 1, 1, 0 is the identity (Kull et al. 2017)."""

    method: Literal["beta"] = "beta"
    a: Slope
    b: Slope
    c: Intercept

    def apply(self, probabilities: Floats) -> Floats:
        late, on_time = log_probabilities(probabilities)
        return expit_on_grid(self.a * late + self.b * on_time + self.c)


class IsotonicCalibration(CalibrationFunction):
    """Straight lines between knots; constant before the first knot and after the last one.

    Knots are at the centres of isotonic blocks, not at their edges. So the result is constant only where the data
    require it, and beyond the outermost blocks, where there are no data.
    """

    method: Literal["isotonic"] = "isotonic"
    x: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(min_length=1)
    y: tuple[Annotated[float, Field(ge=EPSILON, le=1 - EPSILON)], ...]

    @model_validator(mode="after")
    def _check_rising(self) -> Self:
        if len(self.x) != len(self.y):
            raise ValueError(f"{len(self.x)} x and {len(self.y)} y: each knot needs one of both")
        for axis, values, min_step in (("x", self.x, GRID_STEP), ("y", self.y, 0)):
            falls = np.flatnonzero(np.diff(values) < min_step)
            if len(falls):
                raise ValueError(f"{axis} does not rise from knot {falls[0]} to the next, by at least {min_step:.0e}")
        return self

    @cached_property
    def knots(self) -> tuple[Floats, Floats]:
        """X and y as arrays, y on the grid."""
        return np.array(self.x), round_to_grid(np.array(self.y))

    def apply(self, probabilities: Floats) -> Floats:
        # Just before a knot, np.interp may return one last bit more than at the knot; not so on the grid.
        return round_to_grid(np.interp(np.ascontiguousarray(probabilities), *self.knots))


TrainedCalibrator = Annotated[
    IdentityCalibrator | PlattScaling | BetaCalibration | IsotonicCalibration, Field(discriminator="method")
]
"""A calibrator of a training, distinguished by `method`."""


class RecalibratedCalibrator(CalibrationFunction):
    """A map of the log-odds of the calibrator of the training.

    A recalibration replaces the map; the calibrator of the training stays.
    """

    method: Literal["recalibrated"] = "recalibrated"
    base: TrainedCalibrator
    log_odds_map: LogOddsMap

    def apply(self, probabilities: Floats) -> Floats:
        return self.map_trained(self.base.apply(probabilities))

    def map_trained(self, probabilities: Floats) -> Floats:
        """The probabilities [rows] for those of the calibrator of the training [rows]."""
        late, on_time = log_probabilities(probabilities)
        return expit_on_grid(self.log_odds_map(late + on_time))


Calibrator = Annotated[
    IdentityCalibrator | PlattScaling | BetaCalibration | IsotonicCalibration | RecalibratedCalibrator,
    Field(discriminator="method"),
]
"""Any calibrator, distinguished by `method`."""

_CALIBRATOR: TypeAdapter[Calibrator] = TypeAdapter(Calibrator)


def trained_calibrator(calibrator: Calibrator) -> TrainedCalibrator:
    """The calibrator of the training, which a recalibration builds upon."""
    return calibrator.base if isinstance(calibrator, RecalibratedCalibrator) else calibrator


def calibrator_to_json(calibrator: Calibrator) -> bytes:
    """The state as canonical JSON: equal calibrators give equal bytes."""
    return canonical_json(calibrator.model_dump(mode="json"))


def calibrator_from_json(content: bytes) -> Calibrator:
    """The calibrator that `calibrator_to_json` wrote. Raises BundleError."""
    try:
        return _CALIBRATOR.validate_json(content, strict=True)
    except ValidationError as error:
        raise BundleError(f"calibrator.json is not a calibrator's state: {error}") from error
