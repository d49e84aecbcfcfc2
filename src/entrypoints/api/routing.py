"""The route class of the API: access first, then method, then body; HEAD wherever GET is."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Receive, Send
from starlette.types import Scope as ASGIScope

from entrypoints.api.security.access_control import required_scopes

if TYPE_CHECKING:
    from entrypoints.api.context import ApiContext


class ApiRoute(APIRoute):
    """Checks access before anything else, so that a caller without access learns nothing but that.

    FastAPI solves a dependency after it has read the body, and Starlette refuses a method before: both are too late.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.required_scopes = required_scopes(self.dependencies)
        """None: the route is public."""

    def matches(self, scope: ASGIScope) -> tuple[Match, ASGIScope]:
        """HEAD matches like GET: the server sends the response without its body."""
        if scope.get("method") == "HEAD" and "GET" in self.methods:
            return super().matches({**scope, "method": "GET"})
        return super().matches(scope)

    def authorize(self, scope: ASGIScope) -> None:
        """Raises Problem (401, 403, 429) unless the caller may use this route."""
        if self.required_scopes is not None and not scope["state"]["caller"].has(self.required_scopes):
            _refuse(scope, self.required_scopes)

    async def handle(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Check access, then run the endpoint. Raises Problem: 401, 403, 429; HTTPException: 405."""
        self.authorize(scope)
        if scope["method"] == "HEAD" and "GET" in self.methods:
            await self.app(scope, receive, send)
        else:
            await super().handle(scope, receive, send)


class DirectRoute(ApiRoute):
    """A route whose endpoint reads the ASGI request and returns the JSON of its response.

    The middleware calls it without FastAPI's routing, exit stacks, dependencies, validation and serialization, which
    would take longer than the scoring of a shipment: docs/decisions/0006.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.app = self.respond

    async def respond(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Respond to a request with this route's method and path whose caller is authorized.

        Raises Problem, DelayError.
        """
        body: bytes = await self.endpoint(Request(scope, receive))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def refuse_unknown_path(scope: ASGIScope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - an ASGI app
    """404, for callers with a valid key; others may not learn which paths exist."""
    if scope["type"] == "http" and not scope["state"]["caller"].has(frozenset()):
        _refuse(scope, frozenset())
    raise HTTPException(404)


def operation_id(route: APIRoute) -> str:
    """The route's name in camel case: recordOutcomes."""
    first, *others = route.name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _refuse(scope: ASGIScope, scopes: frozenset[str]) -> NoReturn:
    context: ApiContext = scope["state"]["context"]
    client = scope.get("client")
    raise context.access_control.refusal(
        scope["state"]["caller"], scopes, client[0] if client else "", time.monotonic()
    )
