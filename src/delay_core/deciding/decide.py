"""Act or not, for every shipment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.deciding.prices import Prices
from delay_core.schema import Costs

Floats = NDArray[np.float64]
_LAST_BITS = 1e-9
"""A mean over trees, or float32, can leave 0 to 1 by so little; anything further outside is no probability."""


@dataclass(frozen=True)
class ActionDecisions:
    """What to do about each shipment; arrays [rows], costs in `currency` (None: in units of one needless action).

    `if_acting` and `if_waiting` are expected costs; `saving` is how much less the choice costs than the other one, as
    expected; never below 0.
    """

    act: NDArray[np.bool_]
    act_above: float
    """The probability from which acting pays; at it both cost the same, and one acts."""
    if_acting: Floats
    if_waiting: Floats
    saving: Floats
    currency: str | None


def decide(probabilities: Floats, costs: Costs | None) -> ActionDecisions:
    """Weigh calibrated probabilities of being late [rows] against what mistakes cost: the schema's costs, or your own.

    None: both mistakes cost one, in no currency, for money is never guessed; acting pays from one half.

    **The model.** Two mistakes cost something: waiting where a shipment is late (`missed_delay`), acting where it would
    have been on time (`needless_action`). The two right choices cost nothing, so that either cost is what its mistake
    costs *more than the right choice would have*: where an action costs c, and spares s of what a delay costs,
    needless_action is c and missed_delay is s - c. With a probability p, acting is expected to cost
    (1 - p) · needless_action, and waiting p · missed_delay. Shipments are weighed one by one, as though any number
    could be acted on.

    Raises ValueError where a probability is missing or outside 0 to 1.
    """
    late, prices = _checked(probabilities), Prices.of(costs)
    if_acting, if_waiting = (1 - late) * prices.needless_action, late * prices.missed_delay
    return ActionDecisions(
        act=late >= prices.act_above,
        act_above=prices.act_above,
        if_acting=if_acting,
        if_waiting=if_waiting,
        saving=np.abs(if_waiting - if_acting),
        currency=prices.currency,
    )


def _checked(probabilities: Floats) -> Floats:
    """The probabilities, within 0 and 1 to the last bit."""
    wrong = np.flatnonzero(~(np.abs(probabilities - 0.5) <= 0.5 + _LAST_BITS))
    if len(wrong):
        raise ValueError(
            f"row {wrong[0]}: {probabilities[wrong[0]]} is no probability; it must lie between 0 and 1 "
            f"({len(wrong)} such rows)"
        )
    return np.clip(probabilities.astype(np.float64), 0.0, 1.0)
