"""The record of every prediction that was answered: its rows, and writing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from delay_core.ports.prediction_stream import PredictionStream

_UTC = timedelta(0)


@dataclass(frozen=True, slots=True)
class LoggedPrediction:
    """A prediction as it was answered, or (`error`) the reason why there is none. Times are UTC.

    Its id is one of `uuid7_batch` for the same time: readers search an id at its time.

    `request_data` holds the shipment's JSON values without personal data, `point` its prediction point, `client` the
    name of the API key that requested it. Digests have 64 hexadecimal digits.
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
    superseded_by: str | None = None
    """The request whose answer the key of this prediction's request holds; None for all other predictions."""

    def __post_init__(self) -> None:
        """Raise ValueError for values that no log can store: one such row would block its whole batch."""
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
    """MLflow's URI of a model version."""
    return f"models:/{name}/{version}"


@dataclass(frozen=True, slots=True)
class KeyedAnswer:
    """The answer to a request with an idempotency key: the JSON text `answer`, given at a time in UTC.

    `key` is the digest of client and key, `body_digest` that of the request's body, each of 64 hexadecimal digits.
    """

    key: str
    body_digest: str
    request_id: str
    answered_at: datetime
    answer: str

    def __post_init__(self) -> None:
        """Raise ValueError for values that no log can store."""
        if self.answered_at.utcoffset() != _UTC:
            raise ValueError("answered_at is UTC: use datetime.astimezone(UTC)")
        _check_digests(self.key, self.body_digest)


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """An answer with an idempotency key and the predictions in it; their `request_id` is that of the answer."""

    answer: KeyedAnswer
    predictions: tuple[LoggedPrediction, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for predictions of another request: erasing them would not find the answer."""
        if any(prediction.request_id != self.answer.request_id for prediction in self.predictions):
            raise ValueError(f"a prediction of the request {self.answer.request_id!r} bears another request_id")


class PredictionLog(Protocol):
    """Durable writes. All methods raise StoreError; after one, the same batch can be appended again without harm.

    A prediction is identified by its id and its `predicted_at`; the caller creates each id once. Numbers that JSON does
    not have (NaN, infinities) are read back as None, characters that databases refuse (NUL, unpaired surrogates) as
    U+FFFD.

    A prediction from before the erasure of its shipment is not added, nor an answer that contains one; the call returns
    as if they had been added and then erased.
    """

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        """Return when the whole batch is durable. A prediction that exists already is neither added nor changed."""
        ...

    def open_stream(self) -> "PredictionStream | None":
        """A stream for an event loop, which also adds to this log; None if the log has none. Waits for the database."""
        ...

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        """Return, durable, the answer that each request's key holds now: all of them or, after an error, none.

        The first request of a key counts, also within the batch: the key holds its answer, and its predictions are
        added. A later request of the key adds nothing and returns the first answer. Three implementations follow this
        rule: the database in SQL, the outbox in its file, the fake in memory; tests/contract/test_idempotency.py
        compares them.
        """
        ...

    def append_superseded(self, batch: Sequence[LoggedPrediction]) -> None:
        """Add predictions whose caller received them, though their key holds another answer: see `superseded_by`.

        A `PredictionReader` finds them by their ids alone, so that no request is counted twice.
        """
        ...

    def find_answer(self, key: str) -> KeyedAnswer | None:
        """The answer that the key holds; None for an unknown key."""
        ...
