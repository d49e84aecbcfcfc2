"""Label sets: two thresholds, learned from shipments whose outcome is known."""

from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, ValidationError

from delay_core.digest import canonical_json
from delay_core.errors import BundleError
from delay_core.field_equality import FieldEquality

ON_TIME, CANNOT_TELL, LATE = 0, 1, 2
"""Codes of the label sets, in the order in which a rising probability passes through them."""
SET_NAMES = ("on time", "cannot tell", "late")
"""The name of each code."""

Floats = NDArray[np.float64]
Threshold = Annotated[float, Field(ge=0, le=1)]

_NAMES = np.array(SET_NAMES, dtype=object)


class LabelSets(FieldEquality):
    """Split conformal prediction, class by class (Mondrian; Vovk et al. 2005): its whole state is this model.

    **Promise:** of the shipments that turn out late, a share of at least `level` has "late" in its set, alone or
    together with "on time" ("cannot tell"); of those that turn out on time, at least as many have "on time".

    **Condition:** within each class, the calibrated probability of a new shipment and those that the thresholds were
    learned from are exchangeable: their order carries no information. The model may be bad: then most sets are "cannot
    tell". The late rate may change. The promise holds on average over the tables that the thresholds could be learned
    from. With one table of n shipments of a class, the share scatters; at a level of .9 its standard deviation is about
    .3 / √(n + 2).

    **Drift:** when shipments of a class change, the share can fall below the level, by at most the total variation
    distance between the old and the new distribution of their probabilities. The sets cannot detect that. Learning from
    folds of the past, whose probabilities came from earlier fits, is such a difference too, a small one: so the share
    is measured on the test rows, and should be measured in production.

    A class with too few shipments for a promise (at .9, fewer than 9) is in every set. Sets are never empty: where
    neither class qualifies, the likelier one stays, late from .5 on. That only adds to sets, so the promise holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    level: float = Field(default=0.9, gt=0, lt=1)
    late_from: Threshold | None
    """The smallest probability with "late" in the set; None: it is in every set."""
    on_time_up_to: Threshold | None
    """The largest probability with "on time" in the set; None: it is in every set."""

    @classmethod
    def fit(
        cls,
        labels: NDArray[np.int8],
        probabilities: Floats,
        level: float = 0.9,
        *,
        class_levels: tuple[float, float] | None = None,
    ) -> Self:
        """Learn from labels [rows] and from calibrated probabilities [rows] of models that did not learn from these.

        `class_levels`, of late and of on-time shipments, take the place of `level` for the thresholds: what adaptive
        conformal inference aims at so that the served sets keep to `level`. With 1, a class is in every set.
        """
        late_level, on_time_level = class_levels or (level, level)
        clipped = np.clip(probabilities, 0, 1)  # a mean over trees can exceed 1 by its last bit
        late_from = _conformal_quantile(-clipped[labels == 1], late_level)
        on_time_up_to = _conformal_quantile(clipped[labels == 0], on_time_level)
        return cls(level=level, late_from=None if late_from is None else -late_from, on_time_up_to=on_time_up_to)

    def codes(self, probabilities: Floats) -> NDArray[np.int8]:
        """The codes [rows] of the sets of calibrated probabilities [rows]; they never fall where probabilities rise.

        The set of NaN is "cannot tell".
        """
        codes = np.searchsorted(self._borders, probabilities, side="right")
        codes[np.isnan(probabilities)] = CANNOT_TELL
        return codes.astype(np.int8)

    @cached_property
    def _borders(self) -> Floats:
        """From which probability on a set is "cannot tell", and from which on "late"; equal if none is the first."""
        after_on_time = np.inf if self.on_time_up_to is None else float(np.nextafter(self.on_time_up_to, np.inf))
        late_from = -np.inf if self.late_from is None else self.late_from
        return np.array([min(late_from, max(after_on_time, 0.5)), max(after_on_time, min(late_from, 0.5))])

    def hold(self, labels: NDArray[np.int8], probabilities: Floats) -> NDArray[np.bool_]:
        """Whether the sets of calibrated probabilities [rows] hold the outcomes, by labels [rows]."""
        return np.asarray(self.codes(probabilities) != np.where(labels == 1, ON_TIME, LATE))

    def sets(self, probabilities: Floats) -> NDArray[Any]:
        """The names [rows] of the sets of calibrated probabilities [rows]: str objects from `SET_NAMES`."""
        names: NDArray[Any] = _NAMES[self.codes(probabilities)]
        return names

    def interval(self, name: str) -> tuple[float, float]:
        """From which probability on, and below which one, a set has this name; the first is larger if none has it."""
        on_time_ends, late_starts = self._borders.tolist()
        return {
            SET_NAMES[ON_TIME]: (-np.inf, on_time_ends),
            SET_NAMES[CANNOT_TELL]: (on_time_ends, late_starts),
            SET_NAMES[LATE]: (late_starts, np.inf),
        }[name]

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


def _conformal_quantile(nonconformity: Floats, level: float) -> float | None:
    """The value that a share of at least `level` of new nonconformity scores does not exceed; None if there is none.

    It is the k-th smallest of n scores, where k is (n + 1) · level rounded up, because a new score has each of the
    n + 1 ranks with equal probability. The level counts as the decimal that it is written as: 10 · 0.7 is exactly 7,
    and a last bit more would round up to 8.
    """
    rank = ceil((len(nonconformity) + 1) * Fraction(str(level)))
    if rank > len(nonconformity):
        return None
    return float(np.partition(nonconformity, rank - 1)[rank - 1])
