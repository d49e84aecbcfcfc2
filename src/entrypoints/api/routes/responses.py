"""How operations may fail, and how they describe a body that they read themselves: for the OpenAPI document."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

_DESCRIPTIONS = {
    400: "The body is not JSON, or the request is malformed.",
    401: "No valid API key.",
    403: "The key does not have the scope.",
    404: "It does not exist, or belongs to another client.",
    405: "The path does not have this method.",
    408: "The body did not arrive in time.",
    409: "The request conflicts with the current state or an earlier request.",
    413: "The body, or its list, is too long.",
    415: "The body must have the documented media type, JSON in UTF-8, without Content-Encoding or with "
    "Content-Encoding: identity.",
    422: "Fields are wrong; each is named.",
    429: "Too many requests; wait as long as Retry-After says.",
    503: "The model is not loaded, or a store is unavailable. No partial changes were made.",
}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
_ACCEPT_ENCODING = {
    "description": "The accepted Content-Encoding, where another one was the reason.",
    "schema": {"type": "string", "enum": ["identity"]},
}
_RETRIED_LATER = (429, 503)
_EVERY_OPERATION = (400, 401, 403, 405, 429)
BODY_ERRORS = (408, 413, 415, 422)
"""Statuses of operations with a body."""

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """The problem details that an operation may answer with, besides those of every operation."""
    return {status: _problem(status) for status in sorted({*_EVERY_OPERATION, *statuses})}


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """The request body of an operation that reads it itself."""
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": reference}}}}


def _problem(status: int) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": _DESCRIPTIONS[status],
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    }
    if status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        response["headers"] = {"Accept-Encoding": _ACCEPT_ENCODING}
    if status in _RETRIED_LATER:
        response["headers"] = {"Retry-After": _RETRY_AFTER}
    return response
