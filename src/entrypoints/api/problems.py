"""What a request is told when it is not answered: problem details as RFC 9457 defines them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson

from delay_core.errors import BundleError, DelayError, InvalidShipment, LogFull, NoSuchModel, SourceError, StoreError
from entrypoints.api.sentences import FieldError, split

__all__ = ["MEDIA_TYPE", "FieldError", "Problem", "as_body", "problem_of"]

MEDIA_TYPE = "application/problem+json"

_RETRY_SOON = {"Retry-After": "5"}
"""A store that restarts, a model that is being loaded: both take seconds."""


@dataclass(eq=False)
class Problem(Exception):
    """A refusal that the caller can act on. `headers` go out with it; `errors` name the fields that are wrong."""

    status: int
    detail: str
    title: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()

    def __post_init__(self) -> None:
        """Without a title, that of the status: RFC 9457 asks for it where the type is about:blank."""
        super().__init__(self.detail)
        self.title = self.title or HTTPStatus(self.status).phrase


def as_body(problem: Problem, request_id: str) -> bytes:
    """The JSON text of the answer."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": _storable(problem.detail),
        "request_id": _storable(request_id),
    }
    if problem.errors:
        body["errors"] = [
            {"field": _storable(error.field), "message": _storable(error.message), "shipment": error.shipment}
            for error in problem.errors
        ]
    return orjson.dumps(body)


def problem_of(error: DelayError, names: Collection[str] = ()) -> Problem:
    """The error as the caller may see it: what to do about it, and nothing of stores, paths or files.

    `names` are the schema's columns, by which sentences on several fields are told apart for certain.
    """
    match error:
        case InvalidShipment():
            return _of_fields(split(error.problems, names))
        case SourceError():
            return _of_fields(split([str(error)], names))
        case LogFull():
            return Problem(
                503, "no more predictions can be logged just now, and none is given unlogged", headers=_LATER
            )
        case StoreError():
            return Problem(503, "a store is out of reach; nothing was half done: ask again", headers=_RETRY_SOON)
        case NoSuchModel() | BundleError():
            return Problem(503, "the model is not loaded", headers=_RETRY_SOON)
    return Problem(500, "the request could not be answered; the log of the server tells why under this request_id")


_LATER = {"Retry-After": "30"}
"""A full journal drains once its database is back, which takes longer."""


def _of_fields(found: Iterator[FieldError]) -> Problem:
    errors = tuple(found)
    some = "; ".join(f"{error.field}: {error.message}" for error in errors[:3])
    more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
    return Problem(422, f"{some}{more}", errors=errors)


def _storable(text: str) -> str:
    """The text with halves of characters written out, which JSON cannot carry."""
    return text.encode(errors="backslashreplace").decode()
