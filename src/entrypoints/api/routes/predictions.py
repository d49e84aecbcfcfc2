"""GET /predictions/{prediction_id}: a logged prediction and its outcome."""

from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from delay_core.ports import prediction_log
from entrypoints.api.context import Context
from entrypoints.api.problems import Problem
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import LoggedPrediction, RecordedOutcome
from entrypoints.api.security.access_control import CurrentCaller, requires
from entrypoints.api.security.api_keys import Caller
from entrypoints.keys import Scope

router = APIRouter(route_class=ApiRoute, tags=["predictions"], dependencies=[requires(Scope.PREDICT)])


@router.get(
    "/predictions/{prediction_id}",
    summary="Get a prediction as it was logged, with its outcome",
    responses=problems(404, 422, 503),
)
async def get_prediction(prediction_id: UUID, context: Context, caller: CurrentCaller) -> LoggedPrediction:
    """The prediction, if the caller requested it, or has the scope `plan` or `admin`."""
    if context.logs is None:
        raise Problem(503, "the prediction log is switched off (DELAY_PREDICTION_LOG=off)")
    logged = await run_in_threadpool(context.logs.predictions.get, prediction_id)
    if logged is None or not may_see(caller, logged):
        raise Problem(404, "this prediction does not exist, or belongs to another client")
    history = await run_in_threadpool(context.logs.outcomes.history, logged.shipment_id or "")
    outcome = None
    if history:
        latest = history[-1]
        outcome = RecordedOutcome(
            late=latest.late, known_at=latest.known_at, recorded_at=latest.recorded_at, source=latest.source
        )
    return LoggedPrediction(**asdict(logged), outcome=outcome)


def may_see(caller: Caller, logged: prediction_log.LoggedPrediction) -> bool:
    """A client sees its own predictions, a planner and an administrator see all."""
    return logged.client == caller.name or caller.has(frozenset({Scope.PLAN}))
