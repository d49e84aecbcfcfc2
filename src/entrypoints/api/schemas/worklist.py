"""GET /worklist: open shipments by what acting on them is expected to save."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from delay_core.shipment_state import ShipmentState
from entrypoints.api.schemas.actions import RecordedAction
from entrypoints.api.schemas.base import ApiModel, Probability, UtcTime
from entrypoints.api.schemas.predictions import LabelSet, Reason


class ExpectedSaving(ApiModel):
    """An expected saving with the 95 % interval of what the same shipments can save, in `currency` of the worklist."""

    value: float
    low: float
    high: float


class WorklistPlan(ApiModel):
    """What acting on as many shipments as there is capacity for is expected to save, compared with acting on none."""

    capacity: Annotated[int, Field(ge=1)]
    shipments: Annotated[int, Field(ge=0, description="Shipments of the plan: at most the capacity.")]
    by_saving: Annotated[ExpectedSaving, Field(description="In the order of the worklist.")]
    by_due_date: Annotated[ExpectedSaving, Field(description="In the order of their due dates.")]


class WorklistItem(ApiModel):
    """An open shipment: its newest prediction, and what was done about it."""

    shipment_id: str
    prediction_id: UUID
    predicted_at: UtcTime
    point: Annotated[UtcTime | None, Field(description="The shipment's prediction point.")]
    due_at: Annotated[UtcTime | None, Field(description="Promised time if the schema has one, else the point.")]
    model_version: int
    probability: Probability
    prediction: Annotated[int, Field(json_schema_extra={"enum": [0, 1]})]
    label_set: Annotated[LabelSet | None, Field(description="null: another model version than the serving one.")]
    expected_saving: Annotated[float, Field(description="Of acting, compared with waiting; negative: waiting pays.")]
    state: ShipmentState
    last_action: RecordedAction | None
    shipment: Annotated[dict[str, Any], Field(description="The shipment as it was sent, without personal data.")]
    reasons: Annotated[list[Reason], Field(description="Only with `explain`.")] = Field(default_factory=list)


class Worklist(ApiModel):
    """Open shipments without an outcome, by expected saving; the filters apply to items, total and plan."""

    as_of: UtcTime
    model_name: str
    model_version: int | None
    currency: str | None
    act_above: Probability
    total: Annotated[int, Field(ge=0, description="Shipments that meet the filters.")]
    plan: WorklistPlan
    items: list[WorklistItem]
    next_cursor: Annotated[str | None, Field(description="Cursor of the next page; null on the last one.")]
