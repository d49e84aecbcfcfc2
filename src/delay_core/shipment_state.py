"""The state of a shipment to planners, from the newest action on it and its outcome."""

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
