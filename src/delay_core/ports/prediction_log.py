"""The record of every prediction that was answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from uuid import UUID

MOST_IN_A_PAGE = 1000
_UTC = timedelta(0)


@dataclass(frozen=True, slots=True)
class LoggedPrediction:
    """A prediction as it was answered, or (`error`) why it could not be. Times are UTC.

    `request_data` are the shipment's JSON values, without personal data. `point` is the shipment's prediction point.
    Digests are 64 hexadecimal digits. `client` is the name of the API key that it was asked for with.
    """

    prediction_id: UUID
    predicted_at: datetime
    request_data: Mapping[str, object]
    model_name: str
    model_version: int
    bundle_digest: str
    schema_digest: str
    shipment_id: str | None = None
    point: datetime | None = None
    probability: float | None = None
    late: bool | None = None
    error: str | None = None
    request_id: str | None = None
    client: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for what no log could keep: one such row would hold up the batch that it stands in."""
        point = self.point
        if self.predicted_at.utcoffset() != _UTC or (point is not None and point.utcoffset() != _UTC):
            raise ValueError("predicted_at and point are UTC: use datetime.astimezone(UTC)")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ValueError(f"probability {self.probability} is outside 0 to 1")
        _check_digests(self.bundle_digest, self.schema_digest)


@lru_cache(maxsize=256)
def _check_digests(*digests: str) -> None:
    for digest in digests:
        if len(digest) != 64 or digest.strip("0123456789abcdef"):
            raise ValueError(f"{digest!r} is no digest of 64 hexadecimal digits")


def model_uri(name: str, version: int) -> str:
    """A model version as MLflow names it."""
    return f"models:/{name}/{version}"


@dataclass(frozen=True, slots=True)
class KeyedAnswer:
    """What was answered to a request that bore an idempotency key: `answer`, the JSON text, at a moment in UTC.

    `key` is the digest of client and key, `body_digest` that of the request's body: 64 hexadecimal digits each.
    """

    key: str
    body_digest: str
    request_id: str
    answered_at: datetime
    answer: str

    def __post_init__(self) -> None:
        """Raise ValueError for what no log could keep."""
        if self.answered_at.utcoffset() != timedelta(0):
            raise ValueError("answered_at is UTC: use datetime.astimezone(UTC)")
        _check_digests(self.key, self.body_digest)


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """An answer under a key, and the predictions that it tells of; their `request_id` is the answer's."""

    answer: KeyedAnswer
    predictions: tuple[LoggedPrediction, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for predictions of another request: erasing them would not find the answer."""
        if any(one.request_id != self.answer.request_id for one in self.predictions):
            raise ValueError(f"a prediction of the request {self.answer.request_id!r} bears another request_id")


@dataclass(frozen=True, slots=True)
class PredictionFilter:
    """Which predictions: every condition that is given must hold. `since` is within, `until` is not; both UTC."""

    since: datetime | None = None
    until: datetime | None = None
    shipment_id: str | None = None
    model_name: str | None = None
    model_version: int | None = None
    late: bool | None = None


@dataclass(frozen=True, slots=True)
class PredictionPage:
    """Predictions, newest first; `next` is the cursor of the page after it, None on the last."""

    predictions: tuple[LoggedPrediction, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class DailyPredictions:
    """What one model version answered on one day (UTC). `mean_probability` is None where nothing was scored."""

    day: date
    model_name: str
    model_version: int
    rows: int
    late: int
    errors: int
    mean_probability: float | None


class PredictionLog(Protocol):
    """Durable. Raises StoreError, which says what to do; after one, a batch may be told again without harm.

    A prediction is known by its id and its `predicted_at`; whoever makes ids makes each once. Numbers that JSON does
    not have (NaN, infinities) come back as None, characters that databases do not keep (NUL, halves of surrogate
    pairs) as U+FFFD.
    """

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        """Return when the whole batch is durable. What is there already is neither added again nor changed."""
        ...

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        """Return, durable, what each request's key holds now: all of them at once or, after an error, none.

        A key that is new gets the request's answer, and its predictions are added; of one key within the batch, the
        first request counts. A key that holds an earlier answer keeps it, and nothing of the request is added, so a
        request that is told again gets the answer that was given.
        """
        ...

    def answer_to(self, key: str) -> KeyedAnswer | None:
        """What the key holds, if it holds anything."""
        ...

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        """The prediction, if it is there."""
        ...

    def page(self, wanted: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        """At most `limit` (1 to 1,000) of the wanted ones, newest first, from the cursor on.

        Predictions that are added meanwhile never make a later page repeat or omit one. Raises ValueError for another
        limit, or a cursor that no page gave.
        """
        ...

    def daily(self, since: date, until: date) -> list[DailyPredictions]:
        """Counts per day, then model version, from `since` on and before `until`; days without are absent."""
        ...

    def window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        """Everything from `since` on and before `until`, oldest first, in batches of bounded size."""
        ...

    def erase(self, shipment_id: str) -> int:
        """Delete every prediction of the shipment, and the keys whose answers tell of one; how many predictions."""
        ...

    def drop_before(self, moment: datetime) -> int:
        """Delete every prediction made before the moment, and keys answered before it; how many predictions."""
        ...
