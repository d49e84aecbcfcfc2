"""A real HTTP server on the loopback interface that answers as the REST API does, with models of its contract."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

from entrypoints.api.schemas import (
    ActionList,
    ActionRequest,
    ActionResponse,
    Answers,
    OutcomesRequest,
    OutcomesResponse,
    PredictRequest,
    RecordedAction,
    ShipmentState,
)
from support import ui_samples

STATES: dict[str, ShipmentState] = {"acknowledged": "acknowledged", "acted": "acting", "dismissed": "dismissed"}


@dataclass(frozen=True)
class ApiRequest:
    """A request as the server received it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Refusal:
    """A problem detail instead of a model."""

    status: int
    detail: str = "refused"
    errors: tuple[dict[str, Any], ...] = ()
    retry_after: int | None = None

    def content(self) -> bytes:
        body = {"type": "about:blank", "title": "Refused", "status": self.status, "detail": self.detail}
        errors = [{"code": "invalid_value", "message": "is not allowed", "shipment": None} | e for e in self.errors]
        return json.dumps(body | {"request_id": "request-1"} | ({"errors": errors} if errors else {})).encode()


Response = BaseModel | Refusal | bytes
Responder = Callable[[ApiRequest], Response]


class FakeApi:
    """The API, healthy and with samples until a test changes it.

    `responses["GET /worklist"]` is a model, a refusal, bytes, or a function of the request. `refusal` answers every
    request but GET /health; `delay_seconds` is waited before each answer; `closed` closes connections without answer.
    `requests` are those received so far.
    """

    def __init__(self) -> None:
        self.responses: dict[str, Response | Responder] = {
            "GET /health": ui_samples.health(),
            "GET /schema": ui_samples.parcels(),
            "GET /worklist": ui_samples.worklist(),
            "GET /predictions": ui_samples.predictions(),
            "GET /models": ui_samples.models(),
            "GET /model/metadata": ui_samples.metadata(),
            "GET /reliability": ui_samples.reliability(),
            "GET /monitoring": ui_samples.monitoring(),
            "GET /actions": self._list_actions,
            "POST /actions": self._record_action,
            "POST /what-if": self._what_if,
            "POST /outcomes": self._record_outcomes,
            "POST /predict": self._predict,
        }
        self.refusal: Refusal | None = None
        self.delay_seconds = 0.0
        self.closed = False
        self.requests: list[ApiRequest] = []
        self.actions: list[RecordedAction] = []
        self._ended = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def received(self, operation: str) -> list[ApiRequest]:
        """The requests of one operation, such as `POST /actions`."""
        return [request for request in self.requests if f"{request.method} {request.path}" == operation]

    def without_model(self) -> None:
        """As an API answers that has not loaded a model."""
        self.refusal = Refusal(503, "the model is not loaded", retry_after=5)
        self.responses["GET /health"] = ui_samples.health(model_loaded=False)

    def respond(self, request: ApiRequest) -> Response:
        operation = f"{request.method} {request.path}"
        if self.refusal is not None and operation != "GET /health":
            return self.refusal
        if operation not in self.responses and request.path.startswith("/predictions/"):
            return ui_samples.logged_prediction(1)
        response = self.responses.get(operation, Refusal(404, "nothing exists under this path"))
        return response(request) if callable(response) else response

    def wait(self) -> None:
        """The delay, cut short when the server ends."""
        self._ended.wait(self.delay_seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _list_actions(self, request: ApiRequest) -> Response:
        shipments = request.query.get("shipment_id")
        actions = [action for action in self.actions if not shipments or action.shipment_id in shipments]
        return ActionList(actions=sorted(actions, key=lambda action: action.at, reverse=True), next_cursor=None)

    def _record_action(self, request: ApiRequest) -> Response:
        sent = ActionRequest.model_validate_json(request.body)
        repeated = next((action for action in self.actions if action.action_id == sent.action_id), None)
        before = [action for action in self.actions if action.shipment_id == sent.shipment_id]
        newest = before[-1] if before else None
        if repeated is None and newest and newest.action_id != sent.previous_action_id:
            return Refusal(409, f"{newest.actor} {newest.kind} it at {newest.at:%H:%M} UTC")
        number = len(self.actions) + 1
        action = repeated or ui_samples.action(
            sent.shipment_id,
            sent.kind,
            number,
            action_id=sent.action_id,
            actor=sent.actor or "planner",
            reason=sent.reason,
            note=sent.note,
        )
        if repeated is None:
            self.actions.append(action)
        return ActionResponse(action=action, state=STATES[action.kind])

    def _what_if(self, request: ApiRequest) -> Response:
        return ui_samples.what_if(changed=0.31 if json.loads(request.body).get("changes") else None)

    def _record_outcomes(self, request: ApiRequest) -> Response:
        data = OutcomesRequest.model_validate_json(request.body).data
        outcomes = data if isinstance(data, list) else [data]
        shipments = [outcome.shipment_id or "P-1" for outcome in outcomes]
        return OutcomesResponse(
            recorded=len(outcomes), shipment_id=shipments if isinstance(data, list) else shipments[0]
        )

    def _predict(self, request: ApiRequest) -> Response:
        data = PredictRequest.model_validate_json(request.body).data
        return answers(len(data) if isinstance(data, list) else 1)


def answers(rows: int) -> Answers:
    """The predictions of so many parcels."""
    return Answers.model_validate(
        {
            "prediction": [1] * rows,
            "probability": [0.78] * rows,
            "label_set": ["late"] * rows,
            "expected_saving": [58.0] * rows,
            "notes": [[]] * rows,
            "prediction_id": [ui_samples.prediction_id(number) for number in range(1, rows + 1)],
            "shipment_id": [f"P-{number}" for number in range(1, rows + 1)],
            "reasons": [[reason.model_dump() for reason in ui_samples.reasons()]] * rows,
            "act_above": 0.2,
            "currency": "EUR",
            "model_name": "parcels_delay",
            "model_version": 3,
            "schema_digest": ui_samples.DIGEST,
            "bundle_digest": ui_samples.DIGEST,
            "predicted_at": ui_samples.NOW,
        }
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, api: FakeApi, *arguments: Any) -> None:
        self._api = api
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = ApiRequest(self.command, url.path, parse_qs(url.query), dict(self.headers), body)
        self._api.requests.append(request)
        self._api.wait()
        if self._api.closed:
            self.close_connection = True
            return
        response = self._api.respond(request)
        content = (
            response.model_dump_json(by_alias=True).encode()
            if isinstance(response, BaseModel)
            else response.content()
            if isinstance(response, Refusal)
            else response
        )
        self.send_response(response.status if isinstance(response, Refusal) else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if isinstance(response, Refusal) and response.retry_after is not None:
            self.send_header("Retry-After", str(response.retry_after))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Tests print no log."""
