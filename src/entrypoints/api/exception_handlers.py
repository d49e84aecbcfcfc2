"""Exception handlers: every error becomes a problem detail (RFC 9457)."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Route

from delay_core.errors import DelayError
from entrypoints.api.problems import MEDIA_TYPE, Problem, as_body, to_problem


def add_exception_handlers(app: FastAPI) -> None:
    """Handle what endpoints raise and what routing refuses. The middleware handles unexpected errors."""
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(RequestValidationError, _handle_validation_error)
    app.add_exception_handler(Problem, _handle_problem)
    app.add_exception_handler(DelayError, _handle_problem)


def problem_response(error: Exception, request_id: str) -> Response:
    """The response to a request that failed with this error."""
    problem = to_problem(error, request_id)
    return Response(as_body(problem, request_id), problem.status, dict(problem.headers), MEDIA_TYPE)


async def _handle_problem(request: Request, error: Exception) -> Response:
    return problem_response(error, request.state.request_id)


async def _handle_http_exception(request: Request, error: Exception) -> Response:
    """What routing refuses: an unknown path, or a method that the path does not have."""
    if not isinstance(error, HTTPException):
        return await _handle_problem(request, error)
    status, headers = error.status_code, dict(error.headers or {})
    detail = HTTPStatus(status).phrase
    if status == HTTPStatus.NOT_FOUND:
        detail = "nothing exists under this path"
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed_methods(request))
        detail = f"only {headers['Allow']} here"
    return problem_response(Problem(status, detail, headers=headers), request.state.request_id)


def _allowed_methods(request: Request) -> list[str]:
    """The methods of all routes with the requested path."""
    path = request.scope["route"].path
    routes = [route for route in request.app.routes if isinstance(route, Route) and route.path == path]
    methods = {method for route in routes for method in route.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


async def _handle_validation_error(request: Request, error: Exception) -> Response:
    """A parameter that is not allowed: no resource has such a path. Bodies are validated by their endpoints."""
    if not isinstance(error, RequestValidationError):
        return await _handle_problem(request, error)
    details = "; ".join(f"{'.'.join(map(str, item['loc'][1:]))}: {item['msg']}" for item in error.errors())
    is_path = any(item["loc"][0] == "path" for item in error.errors())
    problem = Problem(404, f"no such resource: {details}") if is_path else Problem(422, details)
    return problem_response(problem, request.state.request_id)
