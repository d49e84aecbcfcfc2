"""POST /what-if: a logged shipment with other values of the fields that a planner can change. Nothing is logged."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool

from delay_core.errors import OutdatedShipment
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.schema.actionable import actionable_columns
from delay_core.serving import ServingModel
from delay_core.serving.what_if import ExplainedState, predict_changed
from entrypoints.api.context import ApiContext, Context
from entrypoints.api.json_body import has_floats, with_exact_digits
from entrypoints.api.model_body import parse_model, read_object
from entrypoints.api.payloads import reason_fields
from entrypoints.api.problems import Problem, violations_problem
from entrypoints.api.routes.responses import BODY_ERRORS, json_body, problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import WhatIf, WhatIfRequest, WhatIfState
from entrypoints.api.schemas.predictions import Reason
from entrypoints.api.security.access_control import requires
from entrypoints.keys import Scope

router = APIRouter(route_class=ApiRoute, tags=["planning"], dependencies=[requires(Scope.PLAN)])


async def what_if_body(request: Request, context: Context) -> WhatIfRequest:
    """Dependency: the validated body. Raises Problem."""
    body, content = await read_object(request, context)
    parsed = parse_model(content, WhatIfRequest)
    model = context.watcher.model
    if model is None or not has_floats([parsed.changes], model.text_fields):
        return parsed
    [changes] = await run_in_threadpool(with_exact_digits, [parsed.changes], model.text_fields, body, "changes")
    return parsed.model_copy(update={"changes": changes})


@router.post(
    "/what-if",
    summary="Predict a logged shipment with changed fields; nothing is logged",
    responses=problems(*BODY_ERRORS, 404, 409, 503),
    openapi_extra=json_body(WhatIfRequest),
)
async def what_if(context: Context, body: Annotated[WhatIfRequest, Depends(what_if_body)]) -> WhatIf:
    """The present and the changed probability with all reasons, by the serving model."""
    logs, model = context.require_logs(), context.watcher.model
    if model is None:
        reason = "the model is not loaded; GET /health/ready has the reason"
        raise Problem(503, reason, headers={"Retry-After": "5"})
    logged = await run_in_threadpool(logs.predictions.get, body.prediction_id)
    if logged is None:
        raise Problem(404, "this prediction does not exist")
    return await context.planning_pool.run(partial(_predict, context, model, logged, body.changes))


def _predict(
    context: ApiContext, model: ServingModel, logged: LoggedPrediction, changes: Mapping[str, object]
) -> WhatIf:
    predictor = model.predictor
    schema = predictor.bundle.schema
    actionable = actionable_columns(schema, context.default_schema)
    try:
        current, changed = predict_changed(predictor, logged.request_data, changes, actionable)
    except OutdatedShipment as error:
        raise _outdated(model, logged, error) from None
    return WhatIf(
        model_name=model.version.name,
        model_version=model.version.version,
        currency=schema.costs.currency if schema.costs else None,
        act_above=schema.act_above,
        current=_state(current),
        changed=None if changed is None else _state(changed),
    )


def _outdated(model: ServingModel, logged: LoggedPrediction, error: OutdatedShipment) -> Problem:
    why = violations_problem(error.violations).detail
    return Problem(
        409,
        f"the schema of version {model.version.version} refuses the shipment that version {logged.model_version} "
        f"predicted: {why}; request a new prediction of the shipment, and use its prediction_id",
    )


def _state(state: ExplainedState) -> WhatIfState:
    return WhatIfState(
        probability=min(max(state.probability, 0.0), 1.0),
        base_probability=state.base_probability,
        label_set=state.label_set,
        prediction=int(state.act),
        cost_of_acting=state.cost_of_acting,
        cost_of_waiting=state.cost_of_waiting,
        reasons=[Reason.model_validate(reason_fields(reason)) for reason in state.reasons],
    )
