"""The sets: two thresholds, learned from shipments whose outcome is known."""

from fractions import Fraction
from math import ceil
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from delay_core.digest import canonical_json
from delay_core.errors import BundleError

ON_TIME, CANNOT_TELL, LATE = 0, 1, 2
"""Codes of what a set says, in the order in which a rising probability passes through them."""
WORDS = ("on time", "cannot tell", "late")
"""The word of each code."""

Floats = NDArray[np.float64]
Threshold = Annotated[float, Field(ge=0, le=1)]

_WORDS = np.array(WORDS, dtype=object)


class LabelSets(BaseModel):
    """Split conformal prediction, class by class (Mondrian; Vovk et al. 2005): its whole state is this model.

    **Promised:** of the shipments that turn out late, a share of at least `level` has "late" in its set, alone or with
    the other ("cannot tell"); and of those that turn out on time at least as many have "on time".

    **On what condition:** within each class, a new shipment's calibrated probability and those that were learned from
    are exchangeable: their order tells nothing. Nothing is asked of the model, which may be bad: its sets then seldom
    tell. Nor of the late rate, which may change. The promise is kept on average over the tables that one may learn
    from; with one table of n shipments of a class, the share itself scatters, its standard deviation at a level of .9
    being about .3 / √(n + 2).

    **What drift does:** when shipments of a class come to look otherwise, the share can fall below the level, by at
    most the total variation distance between the old and the new distribution of their probabilities; nothing in here
    notices. Learning from folds of the past, whose probabilities came from earlier fits, is such a difference too, a
    small one: so the share is measured on the test rows, and should be in production.

    A class with too few shipments to promise anything (at .9, fewer than 9) is in every set. Sets are never empty:
    where neither class is usual, the likelier one stays, late from .5 on. That only adds to sets, so what is promised
    holds all the more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    level: float = Field(default=0.9, gt=0, lt=1)
    late_from: Threshold | None
    """The least probability with "late" in the set; None: it is in every set."""
    on_time_up_to: Threshold | None
    """The greatest probability with "on time" in the set; None: it is in every set."""

    @classmethod
    def fit(cls, labels: NDArray[np.int8], probabilities: Floats, level: float = 0.9) -> Self:
        """Learn from labels [rows] and calibrated probabilities [rows] that were told without knowing the labels."""
        within = np.clip(probabilities, 0, 1)  # a mean over trees can exceed 1 by its last bit
        late_from, on_time_up_to = _bound(-within[labels == 1], level), _bound(within[labels == 0], level)
        return cls(level=level, late_from=None if late_from is None else -late_from, on_time_up_to=on_time_up_to)

    def codes(self, probabilities: Floats) -> NDArray[np.int8]:
        """What the sets say of calibrated probabilities [rows], as codes [rows]; where p rises they never fall.

        NaN is a probability that cannot tell.
        """
        not_late = probabilities < (-np.inf if self.late_from is None else self.late_from)
        not_on_time = probabilities > (np.inf if self.on_time_up_to is None else self.on_time_up_to)
        neither, likelier_late = not_late & not_on_time, probabilities >= 0.5
        not_late &= ~(neither & likelier_late)
        not_on_time &= ~(neither & ~likelier_late)
        return CANNOT_TELL + not_on_time.astype(np.int8) - not_late.astype(np.int8)

    def sets(self, probabilities: Floats) -> NDArray[Any]:
        """`codes` as words [rows]: str objects, each one of `WORDS`."""
        words: NDArray[Any] = _WORDS[self.codes(probabilities)]
        return words

    def to_json(self) -> bytes:
        """The state, as canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """The sets that `to_json` wrote. Raises BundleError."""
        try:
            return cls.model_validate_json(content, strict=True)
        except ValidationError as error:
            raise BundleError(f"label_sets.json is not the state of label sets: {error}") from error


def _bound(strangeness: Floats, level: float) -> float | None:
    """What a share of at least `level` of new values of this kind stays at or below; None where that is without end.

    The k-th smallest of n, k being (n + 1) · level rounded up: a new value is as likely to take any of n + 1 ranks. The
    level is read as the decimal that it was written as: 10 · 0.7 is 7, and not a last bit more, which would be 8.
    """
    place = ceil((len(strangeness) + 1) * Fraction(str(level)))
    if place > len(strangeness):
        return None
    return float(np.partition(strangeness, place - 1)[place - 1])
