"""POST /actions and GET /actions: what planners did about shipments."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from delay_core.ports import action_log
from delay_core.ports.action_log import Action, ActionFilter, ActionKind
from entrypoints.api.context import Context
from entrypoints.api.model_body import read_model
from entrypoints.api.problems import Problem
from entrypoints.api.query import PeriodQuery, ShipmentIdFilter
from entrypoints.api.routes.responses import BODY_ERRORS, json_body, problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import ActionList, ActionRequest, ActionResponse, RecordedAction
from entrypoints.api.security.access_control import CurrentCaller, requires
from entrypoints.keys import Scope

router = APIRouter(prefix="/actions", route_class=ApiRoute, tags=["planning"], dependencies=[requires(Scope.PLAN)])


async def _action_request(request: Request, context: Context) -> ActionRequest:
    return await read_model(request, context, ActionRequest)


@router.post(
    "",
    summary="Record what was done about a shipment",
    responses=problems(*BODY_ERRORS, 404, 409, 503),
    openapi_extra=json_body(ActionRequest),
)
async def record_action(
    request: Request, context: Context, caller: CurrentCaller, body: Annotated[ActionRequest, Depends(_action_request)]
) -> ActionResponse:
    """Record an action. Of two planners who saw the same state, one gets 409 with what the other did."""
    action = Action(
        body.action_id,
        body.shipment_id,
        body.kind,
        body.actor or caller.name,
        datetime.now(UTC),
        body.reason,
        body.note,
    )
    recorded, state = await run_in_threadpool(context.require_logs().record_action, action, body.previous_action_id)
    await run_in_threadpool(
        context.audit_action,
        caller.name,
        f"action {recorded.kind.value}",
        "recorded",
        request.state.request_id,
        subject=f"actions/{recorded.action_id}",
    )
    return ActionResponse(action=to_recorded_action(recorded), state=state)


class ActionsQuery(PeriodQuery):
    """Conditions that an action must all meet."""

    shipment_id: ShipmentIdFilter = None
    kind: ActionKind | None = None


@router.get("", summary="What was done about shipments", responses=problems(422, 503))
async def list_actions(context: Context, query: Annotated[ActionsQuery, Query()]) -> ActionList:
    """The actions that meet the conditions, the newest first."""
    conditions = ActionFilter(query.shipment_id, query.since, query.until, query.kind)
    read_page = context.require_logs().actions.read_page
    try:
        page = await run_in_threadpool(read_page, conditions, query.limit, query.cursor)
    except ValueError as error:
        raise Problem(422, f"cursor: {error}") from None
    return ActionList(actions=[to_recorded_action(action) for action in page.actions], next_cursor=page.next_cursor)


def to_recorded_action(action: action_log.Action) -> RecordedAction:
    """The action as responses have it."""
    return RecordedAction(**asdict(action))
