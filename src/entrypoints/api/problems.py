"""Problem details, as RFC 9457 defines them: what a caller learns where a request is refused or fails."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson

from delay_core.errors import (
    ActionRefused,
    BundleError,
    DelayError,
    NoSuchModel,
    OutboxFull,
    ShipmentValidationError,
    StoreError,
    UnknownPrediction,
    UnknownShipment,
)
from delay_core.violations import Violation, escape_surrogates

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 1000
"""Violations that a body lists; `errors_omitted` counts the others."""
MAX_DETAIL_ERRORS = 3
"""Violations that `detail` describes."""
WHOLE_INPUT = "data"
"""The field of a violation that is about the request as a whole."""

_LOG = logging.getLogger("delay.api")
_RETRY_AFTER_5_S = {"Retry-After": "5"}
"""A store that restarts, a model that is being loaded: both take seconds."""
_RETRY_AFTER_30_S = {"Retry-After": "30"}
"""A full outbox has to wait for its database, which takes longer."""


@dataclass(eq=False)
class Problem(Exception):
    """A refusal that the caller can act on. `headers` go out with it; `errors` name the fields that are wrong."""

    status: int
    detail: str
    title: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[Violation, ...] = ()

    def __post_init__(self) -> None:
        """Without a title, that of the status: RFC 9457 asks for it where the type is about:blank."""
        super().__init__(self.detail)
        self.title = self.title or HTTPStatus(self.status).phrase


def violations_problem(violations: Sequence[Violation], status: int = 422) -> Problem:
    """The problem whose `errors` are these violations, at least one; `detail` describes the first of them."""
    first = "; ".join(
        f"{violation.field or WHOLE_INPUT}: {violation.message()}" for violation in violations[:MAX_DETAIL_ERRORS]
    )
    more = len(violations) - MAX_DETAIL_ERRORS
    return Problem(status, f"{first}; and {more} more" if more > 0 else first, errors=tuple(violations))


def as_body(problem: Problem, request_id: str) -> bytes:
    """The JSON text of the response."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": escape_surrogates(problem.detail),
        "request_id": escape_surrogates(request_id),
    }
    if problem.errors:
        body["errors"] = [_error(violation) for violation in problem.errors[:MAX_ERRORS]]
    if len(problem.errors) > MAX_ERRORS:
        body["errors_omitted"] = len(problem.errors) - MAX_ERRORS
    return orjson.dumps(body)


def to_problem(error: Exception, request_id: str) -> Problem:
    """The error as the caller may see it, without stores, paths or files; what is behind it goes to the log."""
    if isinstance(error, Problem):
        return error
    if not isinstance(error, DelayError):
        _LOG.error("a request failed", exc_info=error, extra={"request_id": request_id})
        return Problem(500, "internal error; the server's log has the reason under this request_id")
    problem = _from_delay_error(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s", error, extra={"request_id": request_id})
    return problem


def _from_delay_error(error: DelayError) -> Problem:
    match error:
        case ShipmentValidationError() | UnknownPrediction():
            return violations_problem(error.violations, status=404 if isinstance(error, UnknownPrediction) else 422)
        case UnknownShipment() | ActionRefused():
            return Problem(404 if isinstance(error, UnknownShipment) else 409, error.public)
        case OutboxFull():
            message = "the prediction log is full, and no prediction is made unlogged; retry"
            return Problem(503, message, headers=_RETRY_AFTER_30_S)
        case StoreError():
            message = "a store is unavailable; no partial changes were made; retry"
            return Problem(503, message, headers=_RETRY_AFTER_5_S)
        case NoSuchModel() | BundleError():
            return Problem(503, "the model is not loaded", headers=_RETRY_AFTER_5_S)
    return Problem(500, "the request failed; the server's log has the reason under this request_id")


def _error(violation: Violation) -> dict[str, object]:
    return {
        "field": escape_surrogates(violation.field or WHOLE_INPUT),
        "code": violation.code.value,
        "message": escape_surrogates(violation.message()),
        "shipment": violation.row,
    }
