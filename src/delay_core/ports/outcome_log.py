"""What became of shipments, and what had been predicted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a shipment was late: known since `known_at`, told to us at `recorded_at` by `source`; times are UTC."""

    shipment_id: str
    late: bool
    known_at: datetime
    recorded_at: datetime
    source: str

    def __post_init__(self) -> None:
        """Raise ValueError for times that are not UTC."""
        if any(time.utcoffset() != timedelta(0) for time in (self.known_at, self.recorded_at)):
            raise ValueError("known_at and recorded_at are UTC: use datetime.astimezone(UTC)")


@dataclass(frozen=True, slots=True)
class PredictionWithOutcome:
    """A prediction, and the outcome of its shipment that holds now. `decided_late` is what had been decided."""

    prediction_id: UUID
    shipment_id: str
    predicted_at: datetime
    model_name: str
    model_version: int
    probability: float | None
    decided_late: bool | None
    was_late: bool
    known_at: datetime


class OutcomeLog(Protocol):
    """Durable; corrections are later records, and history is kept. Raises StoreError; then a batch may be told again.

    Of a shipment's records the one with the latest `recorded_at` holds; of equal ones, that with the later `known_at`,
    then the late one. Characters that databases do not keep (NUL, halves of pairs) come back as U+FFFD.
    """

    def append(self, batch: Sequence[Outcome]) -> None:
        """Return when the whole batch is durable. An outcome told again, equal in everything, is not added again."""
        ...

    def history(self, shipment_id: str) -> list[Outcome]:
        """Every record of the shipment; the last one holds."""
        ...

    def joined(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[PredictionWithOutcome]]:
        """Predictions made from `since` on and before `until` whose outcome is known, oldest first, in batches."""
        ...

    def erase(self, shipment_id: str) -> int:
        """Delete every record of the shipment; how many there were."""
        ...

    def drop_before(self, moment: datetime) -> int:
        """Delete every record told before the moment; how many there were."""
        ...
