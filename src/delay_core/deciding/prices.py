"""What the two mistakes cost, whether somebody said so or not."""

from dataclasses import dataclass
from typing import Self

from delay_core.schema import Costs


@dataclass(frozen=True)
class Prices:
    """Costs in `currency`; without one, a needless action is the unit. Acting pays from `act_above` on."""

    missed_delay: float
    needless_action: float
    currency: str | None
    act_above: float

    @classmethod
    def of(cls, costs: Costs | None) -> Self:
        """The given costs; where there are none, both mistakes cost one."""
        if costs is None:
            return cls(missed_delay=1.0, needless_action=1.0, currency=None, act_above=0.5)
        return cls(costs.missed_delay, costs.needless_action, costs.currency, costs.act_above)
