"""The state of a shipment to planners, from the newest action on it and its outcome."""

from collections.abc import Collection
from typing import Final, Literal

from delay_core.ports.action_log import ActionKind

ShipmentState = Literal["open", "acknowledged", "acting", "dismissed", "resolved"]

_AFTER: Final[dict[ActionKind, ShipmentState]] = {
    ActionKind.ACKNOWLEDGED: "acknowledged",
    ActionKind.ACTED: "acting",
    ActionKind.DISMISSED: "dismissed",
}


def state_after(newest: ActionKind | None, *, resolved: bool = False) -> ShipmentState:
    """The state after the newest action (None: nobody did anything); `resolved`: the outcome is known."""
    if resolved:
        return "resolved"
    return "open" if newest is None else _AFTER[newest]


def actions_before(states: Collection[ShipmentState]) -> frozenset[ActionKind | None]:
    """The newest actions (None: nobody did anything) after which an unresolved shipment is in one of these states."""
    kinds: tuple[ActionKind | None, ...] = (None, *ActionKind)
    return frozenset(kind for kind in kinds if state_after(kind) in states)
