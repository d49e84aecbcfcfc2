"""Reading the prediction log: by id, page by page, per day, and whole windows of time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from delay_core.ports.prediction_log import LoggedPrediction

MAX_PAGE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class PredictionFilter:
    """Conditions that a prediction must all meet; None is no condition. From `since` on, before `until`; both UTC."""

    since: datetime | None = None
    until: datetime | None = None
    shipment_id: str | None = None
    model_name: str | None = None
    model_version: int | None = None
    late: bool | None = None


@dataclass(frozen=True, slots=True)
class PredictionPage:
    """Predictions, newest first; `next_cursor` is the cursor of the next page, None on the last one."""

    predictions: tuple[LoggedPrediction, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class DailyPredictions:
    """Counts of one model version on one day (UTC). `mean_probability` is None if no row has a probability."""

    day: date
    model_name: str
    model_version: int
    rows: int
    late: int
    errors: int
    mean_probability: float | None


@dataclass(frozen=True, slots=True)
class PredictionSample:
    """Predictions of a window in batches of bounded size; each version's are oldest first.

    `window_rows` is how many predictions each version made in the window, read or not.
    """

    window_rows: Mapping[int, int]
    batches: Iterator[Sequence[LoggedPrediction]]


class PredictionReader(Protocol):
    """Reads what a `PredictionLog` wrote. All methods raise StoreError."""

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        """The prediction of this id, also a superseded one; None for an unknown one."""
        ...

    def get_many(self, prediction_ids: Collection[UUID]) -> Mapping[UUID, LoggedPrediction]:
        """Predictions by id, read in few queries; unknown ids are absent."""
        ...

    def read_page(self, conditions: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        """At most `limit` (1 to MAX_PAGE_ROWS) predictions that meet the conditions, newest first, from the cursor on.

        A prediction that is added between two calls never makes a later page repeat or omit another one. Raises
        ValueError for a limit outside the range, or a cursor that no page returned.
        """
        ...

    def count_by_day(self, since: date, until: date) -> list[DailyPredictions]:
        """Counts by day, then by model version, from `since` on and before `until`; days without rows are absent."""
        ...

    def read_window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        """All predictions from `since` on and before `until`, oldest first, in batches of bounded size."""
        ...

    def read_sample(self, since: datetime, until: datetime, model_name: str, max_rows: int) -> PredictionSample:
        """Predictions from `since` on and before `until`; of a version that made more than `max_rows`, a sample.

        Random bits of the ids choose the sample (`uuid7.sample_limit`): the same rows in every call and database,
        whatever they contain.
        """
        ...
