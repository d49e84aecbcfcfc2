"""POST /outcomes: whether shipments were late."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import TypeAdapter, ValidationError

from delay_core.use_cases.record_outcome import MAX_CLOCK_SKEW, OutcomeReport
from entrypoints.api.context import Context
from entrypoints.api.model_body import read_object
from entrypoints.api.payloads import model_violations, parse_records, unknown_fields
from entrypoints.api.problems import Problem, violations_problem
from entrypoints.api.routes.predictions import may_see
from entrypoints.api.routes.responses import BODY_ERRORS, json_body, problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import Outcome, OutcomesRequest, OutcomesResponse
from entrypoints.api.schemas.outcomes import LATEST_KNOWN_AT
from entrypoints.api.security.access_control import CurrentCaller, requires
from entrypoints.keys import Scope

router = APIRouter(route_class=ApiRoute, tags=["outcomes"], dependencies=[requires(Scope.OUTCOMES)])

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OUTCOMES = TypeAdapter(list[Outcome])


@dataclass(frozen=True)
class OutcomesBody:
    """The reports of a request, and whether it holds a list."""

    reports: list[OutcomeReport]
    is_list: bool
    received_at: datetime


async def outcomes_body(request: Request, context: Context) -> OutcomesBody:
    """Dependency: the validated body. Raises Problem."""
    if context.logs is None:
        raise Problem(503, "prediction log and outcomes are switched off (DELAY_PREDICTION_LOG=off)")
    now = datetime.now(UTC)
    _, content = await read_object(request, context)
    reports, is_list = parse_outcomes(content, context.settings.batch_limit, now)
    return OutcomesBody(reports, is_list, now)


@router.post(
    "/outcomes",
    summary="Record whether shipments were late",
    responses=problems(*BODY_ERRORS, 404, 409, 503),
    openapi_extra=json_body(OutcomesRequest),
)
async def record_outcomes(
    context: Context, caller: CurrentCaller, body: Annotated[OutcomesBody, Depends(outcomes_body)]
) -> OutcomesResponse:
    """Record outcomes; all of them or none. A report that repeats the last one of its shipment adds no record."""
    if context.logs is None:
        raise Problem(503, "prediction log and outcomes are switched off (DELAY_PREDICTION_LOG=off)")
    record = context.logs.record_outcome
    shipments = await run_in_threadpool(record, body.reports, caller.name, body.received_at, partial(may_see, caller))
    return OutcomesResponse(recorded=len(shipments), shipment_id=shipments if body.is_list else shipments[0])


def parse_outcomes(content: dict[str, Any], limit: int, now: datetime) -> tuple[list[OutcomeReport], bool]:
    """The reports in the body, and whether it holds a list. Raises Problem with all violations."""
    records, is_list = parse_records(content, limit, unknown_fields(content, ("data",)))
    context = {LATEST_KNOWN_AT: now + MAX_CLOCK_SKEW}
    try:
        outcomes = _OUTCOMES.validate_python([_without_numeric_time(record) for record in records], context=context)
    except ValidationError as error:
        raise violations_problem(list(model_violations(error, Outcome))) from None
    reports = [
        OutcomeReport(outcome.late, outcome.known_at or now, outcome.prediction_id, outcome.shipment_id)
        for outcome in outcomes
    ]
    return reports, is_list


def _without_numeric_time(record: dict[str, Any]) -> dict[str, Any]:
    """Only ISO 8601 is a time here; pydantic would also accept a number, or a text of digits."""
    known_at = record.get("known_at")
    if known_at is None or (isinstance(known_at, str) and _DATE.match(known_at)):
        return record
    return {**record, "known_at": "no time"}
