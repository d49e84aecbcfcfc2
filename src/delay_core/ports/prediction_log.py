"""The record of every prediction that was answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

MOST_IN_A_PAGE = 1000


@dataclass(frozen=True, slots=True)
class LoggedPrediction:
    """A prediction as it was answered, or (`error`) why it could not be. Times are UTC.

    `request_data` are the shipment's JSON values, without personal data. `point` is the shipment's prediction point.
    Digests are 64 hexadecimal digits.
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

    def __post_init__(self) -> None:
        """Raise ValueError for what no log could keep: one such row would hold up the batch that it stands in."""
        if any(time is not None and time.utcoffset() != timedelta(0) for time in (self.predicted_at, self.point)):
            raise ValueError("predicted_at and point are UTC: use datetime.astimezone(UTC)")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ValueError(f"probability {self.probability} is outside 0 to 1")
        for digest in (self.bundle_digest, self.schema_digest):
            if len(digest) != 64 or digest.strip("0123456789abcdef"):
                raise ValueError(f"{digest!r} is no digest of 64 hexadecimal digits")


def model_uri(name: str, version: int) -> str:
    """A model version as MLflow names it."""
    return f"models:/{name}/{version}"


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
        """Delete every prediction of the shipment; how many there were."""
        ...

    def drop_before(self, moment: datetime) -> int:
        """Delete every prediction made before the moment; how many there were."""
        ...
