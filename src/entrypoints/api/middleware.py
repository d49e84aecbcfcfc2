"""The middleware around every request: request id, caller, security headers, unexpected errors, metrics, access log.

Pure ASGI, because Starlette's BaseHTTPMiddleware would cost more than the scoring of a shipment.
"""

import time
from collections.abc import Mapping

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.api.context import ApiContext
from entrypoints.api.exception_handlers import problem_response
from entrypoints.api.request_body import ClientDisconnected, request_id_from
from entrypoints.api.security.api_keys import ANONYMOUS

_SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_CLIENT_CLOSED_REQUEST = 499
"""Status in logs and metrics of a request whose client disconnected before the response."""
_UNKNOWN_PATH = "other"
"""Name of all paths without a route in logs and metrics, so that clients cannot create new ones."""


class RequestMiddleware:
    """Runs around routing. Sets `request_id` and `caller` in the request's state."""

    def __init__(self, app: ASGIApp, context: ApiContext) -> None:
        self._app = app
        self._context = context
        self._endpoint_names: Mapping[str, str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = request_id_from(headers)
        state = scope.setdefault("state", {})
        state["request_id"], state["headers"], state["caller"] = request_id, headers, ANONYMOUS
        status: int | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_security_headers(message["headers"], request_id.encode())
            await send(message)

        try:
            state["caller"] = self._context.access_control.authenticate(headers, time.monotonic())
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnected:
            pass
        except Exception as error:  # noqa: BLE001 - every request gets a response, without a traceback
            response = problem_response(error, request_id)
            if status is None:  # else the response has begun, and the log has the error
                await response(scope, receive, send_with_headers)
        finally:
            self._record(scope, status or _CLIENT_CLOSED_REQUEST, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        """Update the metrics and the access log."""
        context, state = self._context, scope["state"]
        version, digest = context.metric_labels
        path = self._endpoint_name(scope)
        context.metrics.request_counter(path, status, version, digest)()
        context.metrics.stage_observer("request", version, digest)(seconds)
        context.access_log.log_request(
            method=scope["method"],
            path=path,
            status=status,
            seconds=seconds,
            client=state["caller"].name,
            request_id=state["request_id"],
            model_version=version,
            schema_digest=digest,
        )

    def _endpoint_name(self, scope: Scope) -> str:
        """The path of the route without its parameters: `/predictions` for `/predictions/{prediction_id}`."""
        if self._endpoint_names is None:
            paths = [route.path for route in scope["app"].routes if isinstance(route, Route)]
            self._endpoint_names = {path: path.partition("/{")[0] or "/" for path in paths}
        path = scope["path"]
        if path in self._endpoint_names:
            return self._endpoint_names[path]
        route = scope.get("route")
        return _UNKNOWN_PATH if route is None else self._endpoint_names[route.path]


def _with_security_headers(headers: list[tuple[bytes, bytes]], request_id: bytes) -> list[tuple[bytes, bytes]]:
    """The headers with the missing security headers and X-Request-ID added."""
    names = {name for name, _ in headers}
    missing = [header for header in _SECURITY_HEADERS if header[0] not in names]
    return [*headers, *missing, (b"x-request-id", request_id)]
