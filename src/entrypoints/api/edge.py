"""The outermost layer: admits, times, counts and logs every request, and words what went wrong."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from entrypoints.api.incoming import ASGIScope, ClientDisconnected, read_body, request_id_from
from entrypoints.api.observability.logging import AccessLog
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.predicting import Predicting
from entrypoints.api.problems import MEDIA_TYPE, as_body, to_problem
from entrypoints.api.security.access_control import AccessControl
from entrypoints.api.security.api_keys import ANONYMOUS, Caller

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[ASGIScope, Receive, Send], Awaitable[None]]

_SAFE = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]
_JSON = [(b"content-type", b"application/json"), *_SAFE]
_PROBLEM = [(b"content-type", MEDIA_TYPE.encode()), *_SAFE]
KNOWN_PATHS = frozenset(
    {
        "/",
        "/admin/reload",
        "/admin/rollback",
        "/health",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/model/metadata",
        "/openapi.json",
        "/outcomes",
        "/predict",
    }
)
"""What is counted under its own name: whoever makes paths up makes no figures."""


class Edge:
    """POST /predict is answered from here; everything else by the application within."""

    def __init__(  # noqa: PLR0913 - the layers that it puts together
        self,
        app: App,
        gate: AccessControl,
        predicting: Predicting,
        metrics: ApiMetrics,
        log: AccessLog,
        *,
        body_limit: int,
        labels: Callable[[], tuple[str, str]],
    ) -> None:
        """`labels` gives the version and the schema digest that serve now."""
        self._app, self._gate, self._predicting = app, gate, predicting
        self._metrics, self._log, self._body_limit = metrics, log, body_limit
        self._labels = labels

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """One request, as ASGI hands it in."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        method, path = scope["method"], scope["path"]
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = request_id_from(headers)
        caller, status = ANONYMOUS, 499
        try:
            client = scope.get("client")
            caller = self._gate.authorize(method, path, headers, client[0] if client else "", time.monotonic())
            if method == "POST" and path == "/predict":
                body = await read_body(receive, headers, self._body_limit)
                answer = await self._predicting.answer(body, headers, caller, request_id)
                status = 200
                await _send(send, 200, _JSON, answer, request_id)
            else:
                status = await self._pass_on(scope, receive, send, caller, request_id)
        except ClientDisconnected:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer, without a trace
            problem = to_problem(error, request_id)
            status = problem.status
            headers_out = [*_PROBLEM, *((n.lower().encode(), v.encode()) for n, v in problem.headers.items())]
            await _send(send, status, headers_out, as_body(problem, request_id), request_id)
        finally:
            self._tell(method, path, status, time.perf_counter() - began, caller, request_id)

    async def _pass_on(self, scope: ASGIScope, receive: Receive, send: Send, caller: Caller, request_id: str) -> int:
        status: int | None = None
        scope["state"] = {**scope.get("state", {}), "caller": caller, "request_id": request_id}

        async def safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_SAFE, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, safely)
        except Exception:
            if status is None:
                raise
            # the framework raises what it has answered: the caller knows, and so does the log
        return 500 if status is None else status

    def _tell(self, method: str, path: str, status: int, seconds: float, caller: Caller, request_id: str) -> None:
        version, digest = self._labels()
        known = path if path in KNOWN_PATHS else "/predictions" if path.startswith("/predictions/") else "other"
        self._metrics.request_counter(known, status, version, digest)()
        self._metrics.stage_observer("request", version, digest)(seconds)
        self._log.log_request(
            method=method,
            path=known,
            status=status,
            seconds=seconds,
            client=caller.name,
            request_id=request_id,
            model_version=version,
            schema_digest=digest,
        )


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes, request_id: str) -> None:
    more = [(b"content-length", str(len(body)).encode()), (b"x-request-id", request_id.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers + more})
    await send({"type": "http.response.body", "body": body})
