"""The outcomes of shipments, and their predictions beside them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a shipment was late: known since `known_at`, recorded at `recorded_at` by `source`. Times are UTC."""

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
    """A prediction and the current outcome of its shipment. `decided_late` is the decision of that time."""

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
    """Durable; a correction is a later record, and the history is kept. All methods raise StoreError.

    After an error the same batch can be appended again. The current record of a shipment is the one with the latest
    `recorded_at`; among equal ones that with the later `known_at`, then the late one. Characters that databases refuse
    (NUL, unpaired surrogates) are read back as U+FFFD.
    """

    def append(self, batch: Sequence[Outcome]) -> None:
        """Return when the whole batch is durable. An outcome that equals a recorded one is not added again."""
        ...

    def history(self, shipment_id: str) -> list[Outcome]:
        """All records of the shipment, the current one last."""
        ...

    def histories(self, shipment_ids: Collection[str], until: datetime) -> Mapping[str, Sequence[Outcome]]:
        """As `history`, of many shipments and up to a `recorded_at` (UTC, included); without records, absent."""
        ...

    def join_predictions(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[PredictionWithOutcome]]:
        """Predictions from `since` on and before `until` with a known outcome, oldest first, in batches."""
        ...

    def erase(self, shipment_id: str) -> int:
        """Delete all records of the shipment; their number.

        What was recorded before this moment and is appended later, by any process, is not stored.
        """
        ...

    def drop_before(self, moment: datetime) -> int:
        """Delete all records with a `recorded_at` before the moment (UTC); their number."""
        ...
