"""GET /predictions and GET /predictions/{prediction_id}: logged predictions and their outcomes."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from delay_core.ports import outcome_log, prediction_log
from delay_core.ports.prediction_reader import PredictionFilter
from delay_core.schema import ShipmentSchema
from delay_core.use_cases.list_predictions import FurtherConditions
from entrypoints.api.context import Context
from entrypoints.api.problems import Problem
from entrypoints.api.query import PeriodQuery, ShipmentIdFilter
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import LoggedPrediction, PredictionList, RecordedOutcome
from entrypoints.api.security.access_control import CurrentCaller, requires
from entrypoints.api.security.api_keys import Caller
from entrypoints.keys import Scope

MAX_VERSION = 2**31 - 1


def prediction_reader(caller: CurrentCaller) -> Caller:
    """Dependency: the caller, who has the scope `predict` or `plan`. Raises Problem (403)."""
    if not any(caller.has(frozenset({scope})) for scope in (Scope.PREDICT, Scope.PLAN)):
        raise Problem(403, "this key does not have the scope predict or plan")
    return caller


Reader = Annotated[Caller, Depends(prediction_reader)]
router = APIRouter(route_class=ApiRoute, tags=["predictions"], dependencies=[requires()])


class PredictionsQuery(PeriodQuery):
    """Conditions that a prediction must all meet."""

    model_version: Annotated[
        int | None, Field(ge=1, le=MAX_VERSION, description="Of the model that this API serves.")
    ] = None
    late: Annotated[bool | None, Field(description="Whether the decision was to act.")] = None
    shipment_id: ShipmentIdFilter = None
    acted_on: Annotated[bool | None, Field(description="Whether somebody acted on the shipment, at any time.")] = None


@router.get(
    "/predictions",
    summary="Predictions as they were logged, the newest first (scope predict or plan)",
    responses=problems(422, 503),
)
async def list_predictions(
    context: Context, caller: Reader, query: Annotated[PredictionsQuery, Query()]
) -> PredictionList:
    """Predictions that meet the conditions: a planner's key lists all, another key its own.

    A page may hold fewer than `limit` predictions although `next_cursor` is not null.
    """
    conditions = PredictionFilter(
        since=query.since,
        until=query.until,
        shipment_id=query.shipment_id,
        model_name=None if query.model_version is None else context.model_name,
        model_version=query.model_version,
        late=query.late,
    )
    further = FurtherConditions(client=None if sees_all(caller) else caller.name, acted_on=query.acted_on)
    run = context.require_logs().list_predictions
    try:
        page = await run_in_threadpool(run, conditions, further, query.limit, query.cursor, datetime.now(UTC))
    except ValueError as error:
        raise Problem(422, f"cursor: {error}") from None
    hidden = personal_fields(context.schema)
    predictions = [to_response(row, outcome, hidden) for row, outcome in page.rows]
    return PredictionList(predictions=predictions, next_cursor=page.next_cursor)


@router.get(
    "/predictions/{prediction_id}",
    summary="Get a prediction as it was logged, with its outcome (scope predict or plan)",
    responses=problems(404, 422, 503),
)
async def get_prediction(prediction_id: UUID, context: Context, caller: Reader) -> LoggedPrediction:
    """The prediction, if the caller requested it, or has the scope `plan` or `admin`."""
    logs = context.require_logs()
    logged = await run_in_threadpool(logs.predictions.get, prediction_id)
    if logged is None or not may_see(caller, logged):
        raise Problem(404, "this prediction does not exist, or belongs to another client")
    history = await run_in_threadpool(logs.outcomes.history, logged.shipment_id or "")
    return to_response(logged, history[-1] if history else None, personal_fields(context.schema))


def to_response(
    logged: prediction_log.LoggedPrediction, outcome: outcome_log.Outcome | None, hidden: Collection[str]
) -> LoggedPrediction:
    """The prediction as responses have it, without the hidden fields of its shipment."""
    recorded = None
    if outcome is not None:
        recorded = RecordedOutcome(
            late=outcome.late, known_at=outcome.known_at, recorded_at=outcome.recorded_at, source=outcome.source
        )
    fields = asdict(logged)
    fields["request_data"] = {name: value for name, value in logged.request_data.items() if name not in hidden}
    return LoggedPrediction(**fields, outcome=recorded)


def personal_fields(schema: ShipmentSchema) -> frozenset[str]:
    """The names of columns that the schema marks as personal data; an older schema may not have marked them."""
    return frozenset(alias for alias, name in schema.aliases.items() if schema.columns[name].pii)


def sees_all(caller: Caller) -> bool:
    """Whether the caller sees the predictions of every client: a planner and an administrator do."""
    return caller.has(frozenset({Scope.PLAN}))


def may_see(caller: Caller, logged: prediction_log.LoggedPrediction) -> bool:
    """Whether the caller sees this prediction: its own, or any."""
    return logged.client == caller.name or sees_all(caller)
