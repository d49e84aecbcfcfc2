"""Whether to act on each shipment: a probability weighed against what mistakes cost."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from delay_core.schema import Costs

Floats = NDArray[np.float64]
_TOLERANCE = 1e-9
"""Rounding in a mean over trees, or float32, can leave 0 to 1 by this much; what is further outside is an error."""


@dataclass(frozen=True)
class MisclassificationCosts:
    """Costs of the two mistakes in `currency`; without one, a needless action is the unit."""

    missed_delay: float
    needless_action: float
    currency: str | None
    act_above: float
    """The probability from which acting pays."""

    @classmethod
    def from_schema(cls, costs: Costs | None) -> Self:
        """The schema's costs; without any, both mistakes cost one."""
        if costs is None:
            return cls(missed_delay=1.0, needless_action=1.0, currency=None, act_above=0.5)
        return cls(costs.missed_delay, costs.needless_action, costs.currency, costs.act_above)


@dataclass(frozen=True)
class ActionDecisions:
    """What to do about each shipment; arrays [rows], costs in `currency` (None: in units of one needless action).

    `if_acting` and `if_waiting` are expected costs. `saving` is how much less the choice is expected to cost than the
    other one; it is never below 0.
    """

    act: NDArray[np.bool_]
    act_above: float
    """The probability from which acting pays. At it both choices cost the same, and the decision is to act."""
    if_acting: Floats
    if_waiting: Floats
    saving: Floats
    currency: str | None


def decide(probabilities: Floats, costs: Costs | None) -> ActionDecisions:
    """Weigh calibrated probabilities of being late [rows] against what mistakes cost.

    Without costs both mistakes cost one, in no currency, because money is never guessed; acting pays from one half.

    **The model.** Two mistakes cost something: waiting where a shipment is late (`missed_delay`), acting where it would
    have been on time (`needless_action`). The two right choices cost nothing, so each cost is what the mistake costs
    *more than the right choice would have*: where an action costs c and avoids s of the cost of a delay,
    needless_action is c and missed_delay is s - c. With a probability p, acting is expected to cost
    (1 - p) · needless_action, and waiting p · missed_delay. Each shipment is weighed alone, as if there were no limit
    on the number of actions.

    Raises ValueError where a probability is missing or outside 0 to 1.
    """
    late, prices = _validated(probabilities), MisclassificationCosts.from_schema(costs)
    if_acting, if_waiting = (1 - late) * prices.needless_action, late * prices.missed_delay
    return ActionDecisions(
        act=late >= prices.act_above,
        act_above=prices.act_above,
        if_acting=if_acting,
        if_waiting=if_waiting,
        saving=np.abs(if_waiting - if_acting),
        currency=prices.currency,
    )


def _validated(probabilities: Floats) -> Floats:
    """The probabilities, clipped to 0 and 1 where rounding left them."""
    is_valid = np.abs(probabilities - 0.5) <= 0.5 + _TOLERANCE
    if np.count_nonzero(is_valid) < len(probabilities):
        invalid = np.flatnonzero(~is_valid)
        raise ValueError(
            f"row {invalid[0]}: {probabilities[invalid[0]]} is not a probability; it must lie between 0 and 1 "
            f"({len(invalid)} such rows)"
        )
    return np.minimum(np.maximum(probabilities.astype(np.float64), 0.0), 1.0)  # np.clip takes longer for one row
