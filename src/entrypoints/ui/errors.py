"""Why a request to the API failed, and the sentence that says what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from entrypoints.api.schemas import FieldError


class ApiErrorCode(StrEnum):
    """The kinds of failures that a person handles differently."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    NO_MODEL = "no_model"
    UNAVAILABLE = "unavailable"
    UNEXPECTED = "unexpected"


@dataclass(eq=False)
class ApiError(Exception):
    """A request that failed. `detail` and `field_errors` are the API's words; they may contain data."""

    code: ApiErrorCode
    api_url: str
    detail: str = ""
    field_errors: tuple[FieldError, ...] = ()
    request_id: str | None = None
    seconds: float | None = None
    """The time limit of a slow response, or the time after which to retry."""

    def __post_init__(self) -> None:
        """The text for logs."""
        super().__init__(f"{self.code}: {self.detail}")

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed later without anybody changing anything."""
        return self.code in (ApiErrorCode.UNREACHABLE, ApiErrorCode.SLOW, ApiErrorCode.UNAVAILABLE)


_SENTENCES = {
    ApiErrorCode.UNREACHABLE: "The API at {api_url} does not respond. Start it with `make serve`, or set "
    "DELAY_UI__API_URL to its address; then try again.",
    ApiErrorCode.SLOW: "The API did not respond within {seconds:g} seconds. Try again.",
    ApiErrorCode.UNAUTHORIZED: "The API does not accept the key of this user interface. Ask the administrator to set "
    "DELAY_UI__API_KEY to a valid key (`delay keys add`).",
    ApiErrorCode.FORBIDDEN: "The key of this user interface does not allow this. Ask the administrator for a key with "
    "the scopes plan, predict and outcomes (`delay keys add`).",
    ApiErrorCode.NOT_FOUND: "The API does not have this: {detail}.",
    ApiErrorCode.CONFLICT: "Nothing was changed, because the shipment has changed since: {detail}. Look again, then "
    "decide.",
    ApiErrorCode.INVALID: "The API refuses these values: {detail}. Correct them and try again.",
    ApiErrorCode.NO_MODEL: "No model serves yet. Train one with `make pipeline`; the API loads it within seconds.",
    ApiErrorCode.UNAVAILABLE: "The API cannot respond now: {detail}. Nothing was changed. Try again in {seconds:g} "
    "seconds.",
    ApiErrorCode.UNEXPECTED: "The user interface does not understand the response of the API: {detail}. Tell the "
    "administrator (request id {request_id}); both must have the same version.",
}
_RETRY_SECONDS = 5


def describe_error(error: ApiError) -> str:
    """What happened, and what to do about it. Plain text."""
    return _SENTENCES[error.code].format(
        api_url=error.api_url,
        detail=error.detail.rstrip(".") or "no reason",
        seconds=error.seconds or _RETRY_SECONDS,
        request_id=error.request_id or "unknown",
    )
