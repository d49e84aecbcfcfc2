"""The route class of the API: access first, then method, then body; HEAD wherever GET is."""

import time
from collections.abc import Callable, Collection, Coroutine
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

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

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """HEAD matches like GET: the server sends the response without its body."""
        if scope.get("method") == "HEAD" and "GET" in self.methods:
            return super().matches({**scope, "method": "GET"})
        return super().matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check access, then run the endpoint. Raises Problem: 401, 403, 429; HTTPException: 405."""
        if self.required_scopes is not None:
            _authorize(scope, self.required_scopes)
        if scope["method"] == "HEAD" and "GET" in self.methods:
            await self.app(scope, receive, send)
        else:
            await super().handle(scope, receive, send)


class DirectRoute(ApiRoute):
    """Calls its endpoint with the request alone: for an endpoint that reads its body and makes its response itself."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint, without FastAPI's dependencies, validation and serialization."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint


async def refuse_unknown_path(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - an ASGI app
    """404, for callers with a valid key; others may not learn which paths exist."""
    if scope["type"] == "http":
        _authorize(scope, ())
    raise HTTPException(404)


def operation_id(route: APIRoute) -> str:
    """The route's name in camel case: recordOutcomes."""
    first, *others = route.name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _authorize(scope: Scope, scopes: Collection[str]) -> None:
    context: ApiContext = scope["app"].state.context
    client = scope.get("client")
    context.access_control.authorize(scope["state"]["caller"], scopes, client[0] if client else "", time.monotonic())
