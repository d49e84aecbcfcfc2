"""POST /actions and GET /actions: what planners did about shipments."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from delay_core.ports.action_log import MAX_NOTE_LENGTH, MAX_REASON_LENGTH, ActionKind
from delay_core.shipment_state import ShipmentState
from entrypoints.api.schemas.base import ApiModel, UtcTime

MAX_ACTOR_LENGTH = 100
ShipmentId = Annotated[str, Field(min_length=1, max_length=1000)]


class ActionRequest(ApiModel):
    """What somebody did about a shipment; a repeated request with the same `action_id` records nothing again."""

    action_id: UUID
    shipment_id: ShipmentId
    kind: ActionKind
    reason: Annotated[str | None, Field(max_length=MAX_REASON_LENGTH, description="A code of the company.")] = None
    note: Annotated[str | None, Field(max_length=MAX_NOTE_LENGTH)] = None
    actor: Annotated[
        str | None,
        Field(min_length=1, max_length=MAX_ACTOR_LENGTH, description="Who did it; by default the name of the key."),
    ] = None
    previous_action_id: Annotated[
        UUID | None,
        Field(description="The newest action on the shipment that the planner saw; another one since then: 409."),
    ] = None


class RecordedAction(ApiModel):
    """An action as it was recorded."""

    action_id: UUID
    shipment_id: str
    kind: ActionKind
    actor: str
    at: UtcTime
    reason: str | None
    note: str | None


class ActionResponse(ApiModel):
    """The recorded action, and the state of the shipment after it."""

    action: RecordedAction
    state: ShipmentState


class ActionList(ApiModel):
    """Actions, the newest first."""

    actions: list[RecordedAction]
    next_cursor: Annotated[str | None, Field(description="Cursor of the next page; null on the last one.")]
