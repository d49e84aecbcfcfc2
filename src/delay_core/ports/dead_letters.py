"""Rows of the outbox that the database refuses because of their content, or that cannot be read any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class DeadLetter:
    """A record that the log (predictions, outcomes or audit) refuses, with all rows of its request; or a damaged row.

    `number` identifies it in its outbox, `at` is its time (UTC), `reason` the database's message or the damage.
    """

    number: int
    log: str
    at: datetime
    rows: int
    shipment_ids: tuple[str, ...]
    reason: str


class DeadLetters(Protocol):
    """The dead letters of one outbox. All methods raise StoreError if its file cannot be used.

    Those with numbers raise UnknownDeadLetter, without any change, if one of them is no dead letter; None stands for
    all numbers.
    """

    def read(self, numbers: Collection[int] | None = None) -> Sequence[DeadLetter]:
        """These dead letters, in the order in which they were enqueued."""
        ...

    def retry(self, numbers: Collection[int] | None = None) -> Sequence[DeadLetter]:
        """Deliver them again; those that the database accepted, which are removed.

        The others have new reasons, except damaged rows.
        """
        ...

    def discard(self, numbers: Collection[int] | None = None) -> Sequence[DeadLetter]:
        """Delete them without delivery, for good; what was deleted."""
        ...
