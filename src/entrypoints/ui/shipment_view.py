"""What the page of a shipment says: its state, its history, and what acting and waiting cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID, uuid5

from entrypoints.api.schemas import ActionKind, LoggedPrediction, RecordedAction, ShipmentState, WhatIf, WhatIfState
from entrypoints.ui.amounts import format_amount
from entrypoints.ui.times import format_time

STATE_AFTER: dict[ActionKind, ShipmentState] = {
    ActionKind.ACKNOWLEDGED: "acknowledged",
    ActionKind.ACTED: "acting",
    ActionKind.DISMISSED: "dismissed",
}
ALLOWED: dict[ShipmentState, tuple[ActionKind, ...]] = {
    "open": (ActionKind.ACKNOWLEDGED, ActionKind.ACTED, ActionKind.DISMISSED),
    "acknowledged": (ActionKind.ACTED, ActionKind.DISMISSED),
    "acting": (ActionKind.ACTED, ActionKind.DISMISSED),
    "dismissed": (ActionKind.ACKNOWLEDGED, ActionKind.ACTED),
    "resolved": (),
}
"""What a planner may do about a shipment in each state."""


_WORDS = {
    ActionKind.ACKNOWLEDGED: "acknowledged it",
    ActionKind.ACTED: "acted on it",
    ActionKind.DISMISSED: "dismissed it",
}


@dataclass(frozen=True)
class ShipmentHistory:
    """A shipment as the API knows it: predictions and actions, the newest first."""

    predictions: Sequence[LoggedPrediction]
    actions: Sequence[RecordedAction]

    @property
    def newest(self) -> LoggedPrediction | None:
        """The newest prediction that did not fail."""
        return next((item for item in self.predictions if item.probability is not None), None)

    @property
    def last_action(self) -> RecordedAction | None:
        """What was done last."""
        return self.actions[0] if self.actions else None

    @property
    def state(self) -> ShipmentState:
        """An outcome resolves a shipment; else the newest action counts."""
        if any(item.outcome for item in self.predictions):
            return "resolved"
        return STATE_AFTER[self.last_action.kind] if self.last_action else "open"

    def probabilities(self) -> list[tuple[datetime, float, int]]:
        """When which version predicted which probability, the oldest first."""
        return [
            (item.predicted_at, item.probability, item.model_version)
            for item in reversed(self.predictions)
            if item.probability is not None
        ]


def action_id_of(session: UUID, shipment_id: str, kind: ActionKind, previous: RecordedAction | None) -> UUID:
    """The id of one intention: what one session does next about a shipment, after what it has seen.

    A rerun, a second click and an attempt after a failure have the same id, so that nothing is recorded twice.
    """
    return uuid5(session, f"{kind}\n{previous.action_id if previous else None}\n{shipment_id}")


def describe_action(action: RecordedAction) -> str:
    """Who did what. Plain text."""
    return f"{action.actor} {_WORDS[action.kind]}"


def describe_conflict(history: ShipmentHistory, zone: tzinfo) -> str:
    """Why an action was not recorded, by the history that was read after it. Plain text."""
    action = history.last_action
    if history.state == "resolved" or action is None:
        return "Nothing was recorded: the outcome of the shipment is known meanwhile."
    return (
        f"Nothing was recorded: {describe_action(action)} meanwhile, {format_time(action.at, zone)}. "
        "Look at what was done, then decide."
    )


def describe_costs(result: WhatIf) -> str:
    """What acting and waiting cost, and which is less. Plain text."""
    state, currency = result.current, result.currency
    acting, waiting = format_amount(state.cost_of_acting, currency), format_amount(state.cost_of_waiting, currency)
    advice = "Acting costs less." if state.prediction else "Waiting costs less."
    return f"Acting costs {acting}; waiting is expected to cost {waiting}. {advice}"


@dataclass(frozen=True)
class Comparison:
    """The changed shipment beside the present one, in plain text."""

    points: float
    saving: str


def compare(current: WhatIfState, changed: WhatIfState, currency: str | None) -> Comparison:
    """How many percentage points the change adds, and what it saves of the cost of waiting."""
    points = 100 * (changed.probability - current.probability)
    return Comparison(points, format_amount(current.cost_of_waiting - changed.cost_of_waiting, currency))
