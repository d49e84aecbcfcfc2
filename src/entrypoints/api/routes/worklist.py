"""GET /worklist: open shipments by what acting on them is expected to save."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from delay_core.decision import MisclassificationCosts
from delay_core.planning import SavingInterval
from delay_core.use_cases.read_worklist import WorklistEntry, WorklistPage, WorklistQuery
from entrypoints.api.context import ApiContext, Context
from entrypoints.api.problems import Problem
from entrypoints.api.query import Moment, PageQuery, ShipmentIdFilter
from entrypoints.api.routes.actions import to_recorded_action
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import ExpectedSaving, Worklist, WorklistItem, WorklistPlan
from entrypoints.api.schemas.base import Probability
from entrypoints.api.schemas.predictions import LabelSet, Reason
from entrypoints.api.security.access_control import requires
from entrypoints.keys import Scope

router = APIRouter(route_class=ApiRoute, tags=["planning"], dependencies=[requires(Scope.PLAN)])

MAX_EXPLAINED = 100
State = Literal["open", "acknowledged", "acting", "dismissed"]
_DEFAULT_STATES: tuple[State, ...] = ("open", "acknowledged", "acting")


class WorklistParameters(PageQuery):
    """Conditions that a shipment must all meet."""

    capacity: Annotated[int, Field(ge=1, le=1000, description="Shipments that can be acted on: those of `plan`.")] = 10
    state: Annotated[list[State], Field(description="Any of these.", default_factory=lambda: list(_DEFAULT_STATES))]
    label_set: LabelSet | None = None
    min_probability: Probability | None = None
    point_since: Annotated[Moment | None, Field(description="A prediction point from this time on.")] = None
    point_until: Annotated[Moment | None, Field(description="A prediction point before this time.")] = None
    shipment_id: Annotated[ShipmentIdFilter, Field(description="How the id begins.")] = None
    explain: Annotated[bool, Field(description=f"Include the reasons of the first {MAX_EXPLAINED} shipments.")] = False


@router.get("/worklist", summary="Open shipments by expected saving", responses=problems(422, 503))
async def read_worklist(context: Context, query: Annotated[WorklistParameters, Query()]) -> Worklist:
    """The shipments that were predicted lately and have no outcome, each with its newest prediction."""
    return await run_in_threadpool(_read, context, query)


def _read(context: ApiContext, query: WorklistParameters) -> Worklist:
    logs, now, model = context.require_logs(), datetime.now(UTC), context.worklist_model
    conditions = WorklistQuery(
        states=frozenset(query.state),
        capacity=query.capacity,
        limit=query.limit,
        cursor=query.cursor,
        label_set=query.label_set,
        min_probability=query.min_probability,
        point_since=query.point_since,
        point_until=query.point_until,
        shipment_id_prefix=query.shipment_id,
    )
    try:
        page = logs.read_worklist(conditions, model, now)
    except ValueError as error:
        raise Problem(422, f"cursor: {error}") from None
    reasons = {}
    if query.explain:
        reasons = logs.reasons.reasons(
            context.watcher.model, [entry.prediction for entry in page.entries[:MAX_EXPLAINED]]
        )
    costs = MisclassificationCosts.from_schema(model.schema.costs)
    return Worklist(
        as_of=now,
        model_name=model.name,
        model_version=model.version,
        currency=costs.currency,
        act_above=costs.act_above,
        total=page.total,
        plan=_to_plan(page, query.capacity),
        items=[_to_item(entry, reasons.get(entry.prediction.prediction_id, [])) for entry in page.entries],
        next_cursor=page.next_cursor,
    )


def _to_plan(page: WorklistPage, capacity: int) -> WorklistPlan:
    return WorklistPlan(
        capacity=capacity,
        shipments=page.planned,
        by_saving=_to_saving(page.by_saving),
        by_due_date=_to_saving(page.by_due_date),
    )


def _to_saving(saving: SavingInterval) -> ExpectedSaving:
    return ExpectedSaving(value=saving.value, low=saving.low, high=saving.high)


def _to_item(entry: WorklistEntry, reasons: list[Reason]) -> WorklistItem:
    prediction, shipment = entry.prediction, entry.shipment
    return WorklistItem(
        shipment_id=shipment.shipment_id,
        prediction_id=shipment.prediction_id,
        predicted_at=shipment.predicted_at,
        point=shipment.point,
        due_at=shipment.due_at,
        model_version=shipment.model_version,
        probability=shipment.probability,
        prediction=int(bool(prediction.late)),
        label_set=entry.label_set,
        expected_saving=entry.expected_saving,
        state=entry.state,
        last_action=None if entry.last_action is None else to_recorded_action(entry.last_action),
        shipment=dict(prediction.request_data),
        reasons=reasons,
    )
