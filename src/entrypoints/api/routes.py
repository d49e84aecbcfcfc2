"""Every endpoint but POST /predict."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from delay_core.errors import DelayError, NoSuchModel
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.schema import example_shipment, request_fields
from entrypoints.api.incoming import check_is_json, read_body
from entrypoints.api.observability.health_checks import overall_status
from entrypoints.api.observability.prometheus import CONTENT_TYPE
from entrypoints.api.outcomes import parse_outcomes
from entrypoints.api.problems import MEDIA_TYPE, Problem, as_body, to_problem
from entrypoints.api.security.api_keys import Caller
from entrypoints.api.service import Service
from entrypoints.keys import Scope


def add_routes(app: FastAPI, service: Service) -> None:
    """Put them all into the application."""
    routes = Routes(service)
    for path, method, endpoint in (
        ("/", "GET", routes.explain),
        ("/predict", "GET", routes.explain),
        ("/outcomes", "POST", routes.outcomes),
        ("/predictions/{prediction_id}", "GET", routes.prediction),
        ("/health", "GET", routes.health),
        ("/health/live", "GET", routes.live),
        ("/health/ready", "GET", routes.ready),
        ("/model/metadata", "GET", routes.metadata),
        ("/metrics", "GET", routes.metrics),
        ("/admin/reload", "POST", routes.reload),
        ("/admin/rollback", "POST", routes.rollback),
        ("/openapi.json", "GET", routes.openapi),
    ):
        app.router.add_route(path, endpoint, methods=[method])
    app.add_exception_handler(HTTPException, _of_framework)
    for kind in (Problem, DelayError, Exception):
        app.add_exception_handler(kind, _of_endpoint)


class Routes:
    """The endpoints, of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def explain(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's interface
        schema = self._service.schema
        return _json(
            {
                "usage": 'POST /predict with {"data": {…}} for one shipment, or {"data": [{…}, …]} for many',
                "example": {"data": example_shipment(schema)},
                "fields": [asdict(field) for field in request_fields(schema)],
                "options": {
                    "explain": "true: give the reasons of each probability",
                    "costs": "missed_delay, needless_action, currency: what mistakes cost, if not what the schema says",
                },
                "described_in": "/openapi.json",
            }
        )

    async def outcomes(self, request: Request) -> Response:
        service, caller = self._service, _caller(request)
        if service.record_outcome is None:
            raise Problem(503, "the log is switched off: outcomes have nowhere to go")
        headers = dict(request.scope["headers"])
        check_is_json(headers)
        now = datetime.now(UTC)
        body = await read_body(request.receive, headers, service.settings.body_limit)
        reports, is_list = parse_outcomes(body, service.settings.batch_limit, now)
        record = partial(service.record_outcome, reports, caller.name, now, partial(_may_see, caller))
        shipments = await _in_thread(record)
        return _json({"recorded": len(shipments), "shipment_id": shipments if is_list else shipments[0]})

    async def prediction(self, request: Request) -> Response:
        service, caller, given = self._service, _caller(request), request.path_params["prediction_id"]
        try:
            prediction_id = UUID(given)
        except ValueError:
            raise Problem(404, "there is no such prediction: its id would be a UUID") from None
        if service.predictions is None or service.outcomes is None:
            raise Problem(503, "the log is switched off: there is nothing to look up")
        logged = await _in_thread(partial(service.predictions.get, prediction_id))
        if logged is None or not _may_see(caller, logged):
            raise Problem(404, "there is no such prediction, or it is not yours")
        history = await _in_thread(partial(service.outcomes.history, logged.shipment_id or ""))
        told: dict[str, object] = asdict(logged)
        outcome = history[-1] if history else None
        told["outcome"] = (
            None
            if outcome is None
            else {name: value for name, value in asdict(outcome).items() if name != "shipment_id"}
        )
        return _json(told)

    async def health(self, request: Request) -> Response:  # noqa: ARG002 - as above
        return await self._health(HTTPStatus.OK)

    async def live(self, request: Request) -> Response:  # noqa: ARG002 - as above
        return _json({"status": "ok"})

    async def ready(self, request: Request) -> Response:  # noqa: ARG002 - as above
        return await self._health(HTTPStatus.SERVICE_UNAVAILABLE)

    async def metadata(self, request: Request) -> Response:  # noqa: ARG002 - as above
        model = self._service.following.model
        if model is None:
            raise Problem(503, "the model is not loaded; GET /health/ready says why", headers={"Retry-After": "5"})
        bundle, version = model.predictor.bundle, model.version
        stated = bundle.metrics
        return _json(
            {
                "model_name": version.name,
                "model_version": version.version,
                "model_uri": f"models:/{version.name}/{version.version}",
                "run_id": version.run_id or None,
                "parameters": {"model": stated["winner"], **stated["parameters"]},
                "metrics": {
                    name: told["value"] for name, told in stated["test"]["winner"].items() if isinstance(told, dict)
                },
                "metrics_intervals": stated["test"]["winner"],
                "schema": bundle.schema.name,
                "schema_digest": model.schema_digest,
                "bundle_digest": version.digest,
                "features": list(bundle.encoder.names),
            }
        )

    async def metrics(self, request: Request) -> Response:  # noqa: ARG002 - as above
        text = await _in_thread(self._service.metrics_text)
        return Response(text, media_type=CONTENT_TYPE)

    async def reload(self, request: Request) -> Response:
        service, caller, request_id = self._service, _caller(request), request.scope["state"]["request_id"]
        looked = await _in_thread(partial(service.following.refresh, caller.name, request_id, force=True))
        model = service.following.model
        await _in_thread(partial(service.record, caller.name, "reload", looked.problem or "done", request_id))
        if looked.problem is not None:
            raise Problem(409 if model else 503, f"nothing was changed: {looked.public_problem}")
        return _json({"changed": looked.changed, "model_version": model.version.version if model else None})

    async def rollback(self, request: Request) -> Response:
        service, caller, request_id = self._service, _caller(request), request.scope["state"]["request_id"]
        try:
            decision = await _in_thread(partial(service.rollback, service.model_name))
        except NoSuchModel as error:
            await _in_thread(partial(service.record, caller.name, "rollback", f"refused: {error}", request_id))
            raise Problem(409, f"nothing was changed: {error.public}") from None
        looked = await _in_thread(partial(service.following.refresh, caller.name, request_id, force=True))
        outcome = f"version {decision.version} instead of {decision.replaced}"
        await _in_thread(partial(service.record, caller.name, "rollback", outcome, request_id))
        return _json(
            {"model_version": decision.version, "replaced": decision.replaced, "served": looked.problem is None}
        )

    async def openapi(self, request: Request) -> Response:  # noqa: ARG002 - as above
        return _json(self._service.openapi())

    async def _health(self, status_when_down: HTTPStatus) -> Response:
        found = await self._service.health.check()
        state = overall_status(found)
        model = self._service.following.model
        body = {
            "status": state,
            "model_loaded": model is not None,
            "model_version": model.version.version if model else None,
            "dependencies": {name: asdict(one) for name, one in found.items()},
        }
        return _json(body, HTTPStatus.OK if state != "unavailable" else status_when_down)


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def _caller(request: Request) -> Caller:
    caller: Caller = request.scope["state"]["caller"]
    return caller


def _may_see(caller: Caller, logged: LoggedPrediction) -> bool:
    """One's own, and with the scope admin everybody's; what was logged without a client is nobody's."""
    return Scope.ADMIN in caller.scopes or logged.client == caller.name


async def _in_thread(work: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, work)


async def _of_endpoint(request: Request, error: Exception) -> Response:
    """What an endpoint refuses, or fails at."""
    request_id = request.scope["state"]["request_id"]
    return _refusal(to_problem(error, request_id), request_id)


async def _of_framework(request: Request, error: Exception) -> Response:
    """What routing refuses: an unknown path, another method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if "Allow" in headers and request.url.path == "/predict":
        headers["Allow"] += ", POST"  # which is answered before routing
    said = {404: "there is nothing under this path", 405: f"only {headers.get('Allow', 'other methods')} here"}
    return _refusal(
        Problem(status, said.get(status, HTTPStatus(status).phrase), headers=headers),
        request.scope["state"]["request_id"],
    )


def _refusal(problem: Problem, request_id: str) -> Response:
    return Response(as_body(problem, request_id), problem.status, dict(problem.headers), MEDIA_TYPE)
