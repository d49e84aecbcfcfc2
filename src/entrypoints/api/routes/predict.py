"""POST /predict, and the explanation of its request under GET / and GET /predict."""

from dataclasses import asdict, replace

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from delay_core.schema import example_shipment, request_fields
from entrypoints.api.context import ApiContext, Context
from entrypoints.api.json_body import has_floats, parse_json, with_exact_digits
from entrypoints.api.payloads import parse_prediction_request
from entrypoints.api.request_body import check_is_json, idempotency_key_from, read_body
from entrypoints.api.routes.responses import BODY_ERRORS, json_body, problems
from entrypoints.api.routing import ApiRoute, DirectRoute
from entrypoints.api.schemas import Answer, Answers, PredictRequest, Usage, UsageField
from entrypoints.api.security.access_control import PUBLIC, requires
from entrypoints.keys import Scope

router = APIRouter(route_class=ApiRoute, tags=["predictions"])

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A repeated request with the same key and body gets the first response; nothing is logged twice.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
_LINKS = {
    "prediction": {
        "operationId": "getPrediction",
        "parameters": {"prediction_id": "$response.body#/prediction_id"},
        "description": "The prediction of one shipment, as it was logged.",
    },
    "outcome": {
        "operationId": "recordOutcomes",
        "requestBody": {"data": {"prediction_id": "$response.body#/prediction_id", "late": True}},
        "description": "The outcome of the shipment.",
    },
}


@router.get("/", summary="Explain how to request a prediction", responses=problems(), dependencies=[PUBLIC])
async def explain(context: Context) -> Usage:
    """The fields of a shipment, and an example."""
    return Usage(
        usage='POST /predict with {"data": {…}} for one shipment, or {"data": [{…}, …]} for many',
        example={"data": example_shipment(context.schema)},
        fields=[UsageField(**asdict(field)) for field in request_fields(context.schema)],
        options={
            "explain": "true: include the reasons of each probability",
            "costs": "missed_delay, needless_action, currency: the costs of mistakes, instead of the schema's",
        },
        described_in="/openapi.json",
    )


async def predict(request: Request) -> bytes:
    """Predict; the response is sent once the predictions are durably logged."""
    state = request.scope["state"]
    context: ApiContext = state["context"]
    headers, settings = state["headers"], context.settings
    body = await read_body(request.receive, headers, settings.body_limit, settings.deadline_seconds)
    check_is_json(headers)
    key = idempotency_key_from(headers)
    content = await parse_json(body)
    parsed = parse_prediction_request(content, settings.batch_limit, state["request_id"], state["caller"].name)
    model = context.watcher.model
    if model is not None and has_floats(parsed.shipments, model.text_fields):
        shipments = await run_in_threadpool(with_exact_digits, parsed.shipments, model.text_fields, body)
        parsed = replace(parsed, shipments=shipments)
    return await context.predictor.predict(parsed, body, key)


router.add_api_route(
    "/predict",
    predict,
    methods=["POST"],
    route_class_override=DirectRoute,
    summary="Predict whether shipments will be late",
    response_model=Answer | Answers,
    responses={200: {"links": _LINKS}, **problems(*BODY_ERRORS, 409, 503)},
    openapi_extra={"parameters": [_IDEMPOTENCY_KEY], **json_body(PredictRequest)},
    dependencies=[requires(Scope.PREDICT)],
)
router.add_api_route(
    "/predict",
    explain,
    methods=["GET"],
    name="explain_predict",
    summary="Explain how to request a prediction",
    responses=problems(),
    dependencies=[PUBLIC],
)
