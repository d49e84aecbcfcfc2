"""The middleware around every request: request id, caller, security headers, unexpected errors, metrics, access log.

Pure ASGI, because Starlette's BaseHTTPMiddleware would take longer than the scoring of a shipment.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as ASGIScope

from entrypoints.api.context import ApiContext
from entrypoints.api.exception_handlers import problem_response
from entrypoints.api.request_body import ClientDisconnected, combine_headers, request_id_from
from entrypoints.api.routing import DirectRoute
from entrypoints.api.security.api_keys import ANONYMOUS

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""Headers of every response, unless its endpoint sets `security_headers` in the request's state."""
_CLIENT_CLOSED_REQUEST = 499
"""Status in logs and metrics of a request whose client disconnected before the response."""
_UNKNOWN_PATH = "other"
"""Name of all paths without a route in logs and metrics, so that clients cannot create new names."""


class RequestMiddleware:
    """Sets `context`, `request_id`, `headers` and `caller` in the state of a request, and records its outcome."""

    def __init__(self, app: ASGIApp, context: ApiContext) -> None:
        self._app = app
        self._context = context
        self._routes: _RouteTable | None = None

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Handle one request. A direct route is called from here, all others by FastAPI's routing."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        routes = self._routes = self._routes or _RouteTable.create(scope["app"].routes)
        headers = combine_headers(scope["headers"])
        request_id = request_id_from(headers)
        state = scope.setdefault("state", {})
        state["context"], state["request_id"] = self._context, request_id
        state["headers"], state["caller"] = headers, ANONYMOUS
        status: int | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                security_headers = state.get("security_headers", SECURITY_HEADERS)
                message["headers"] = [*message["headers"], *security_headers, (b"x-request-id", request_id.encode())]
                if self._context.drain.is_active:
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        try:
            state["caller"] = self._context.access_control.authenticate(headers, time.monotonic())
            direct = routes.direct.get((scope["method"], scope["path"]))
            if direct is None:
                await self._app(scope, receive, send_with_headers)
            else:
                direct.authorize(scope)
                await direct.respond(scope, receive, send_with_headers)
        except ClientDisconnected:
            pass
        except Exception as error:  # noqa: BLE001 - every request gets a response, without a traceback
            response = problem_response(error, request_id)
            if status is None:  # else the response has begun, and only the log can state the error
                await response(scope, receive, send_with_headers)
        finally:
            self._record(scope, routes.name_of(scope), status or _CLIENT_CLOSED_REQUEST, time.perf_counter() - started)

    def _record(self, scope: ASGIScope, path: str, status: int, seconds: float) -> None:
        """Update the metrics and the access log."""
        context, state = self._context, scope["state"]
        version, digest = context.metric_labels
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


@dataclass(frozen=True)
class _RouteTable:
    """The routes by what the middleware needs of them."""

    direct: Mapping[tuple[str, str], DirectRoute]
    """By method and path."""
    names: Mapping[str, str]
    """The path of a route without its parameters: `/predictions` for `/predictions/{prediction_id}`."""

    @classmethod
    def create(cls, routes: Sequence[BaseRoute]) -> "_RouteTable":
        direct = [route for route in routes if isinstance(route, DirectRoute)]
        paths = [route.path for route in routes if isinstance(route, Route)]
        return cls(
            direct={(method, route.path): route for route in direct for method in route.methods},
            names={path: path.partition("/{")[0] or "/" for path in paths},
        )

    def name_of(self, scope: ASGIScope) -> str:
        """The name of the requested endpoint in logs and metrics."""
        name = self.names.get(scope["path"])
        if name is None:
            route = scope.get("route")
            name = _UNKNOWN_PATH if route is None else self.names[route.path]
        return name
